"""Pupils by band and today's school: the units that a plan moves."""
