"""The rules that every plan keeps, one function each, for the independent check."""
