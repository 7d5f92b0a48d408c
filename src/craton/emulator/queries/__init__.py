"""Queries over tables of the data catalog, answered by DuckDB."""
