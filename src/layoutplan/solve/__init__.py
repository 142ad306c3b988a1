"""Gateways to solvers and the lexicographic order; the only readers of solver status."""
