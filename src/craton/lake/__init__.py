"""The only room that knows DuckDB and Arrow: tables at rest, ingestion, marts, queries."""
