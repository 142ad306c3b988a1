"""A town of eight villages and three schools whose best plan is worked out by hand."""
