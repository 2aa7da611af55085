"""One widget a module; a widget is given values to draw and knows no session."""
