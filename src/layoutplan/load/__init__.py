"""Files, tables, roads and coordinates -> core values; one file per kind of source."""
