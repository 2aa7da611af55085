"""One screen a module: what a person does there."""
