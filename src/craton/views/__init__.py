"""Values to text, charts, JSON and CSV; no decisions."""
