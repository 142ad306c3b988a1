"""Roads -> a graph in milliseconds for one mode, with villages and schools on it."""
