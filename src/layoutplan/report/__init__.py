"""A plan -> plain layers -> map and GeoPackage."""
