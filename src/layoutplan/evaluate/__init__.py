"""Indicators of a plan, one function each."""
