"""Values that flow through the house: frozen dataclasses over frames and arrays."""
