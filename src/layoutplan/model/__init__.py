"""The planning problem as arrays: units, options, one function per constraint and objective."""
