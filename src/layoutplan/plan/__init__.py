"""A solution -> a plan; the independent check of a plan; storing and reading it."""
