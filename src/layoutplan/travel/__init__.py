"""Many-to-many search on a graph -> travel times."""
