"""Plan where schools should be: which stay, which merge, and why."""

__version__ = "0.1.0"
