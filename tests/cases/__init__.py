"""Cases made in memory, for tests."""
