"""Findings about the tables, about places on the network and about the whole case."""
