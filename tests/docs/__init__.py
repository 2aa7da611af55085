"""The README and the documentation say what is so: what they show was printed, what they name exists, all is named."""
