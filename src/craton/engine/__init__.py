"""Use-cases: orchestrates the rooms below, owns no rules. Both faces stand on it."""
