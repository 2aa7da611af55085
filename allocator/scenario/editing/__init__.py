"""What a person types into the fields of a form to another scenario, or to what is wrong with each field.

The rules are those of a file: what is typed becomes the table that a file would have, and is read as that table is.
"""
