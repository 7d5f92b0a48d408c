"""Bedrock at work: models that answer, guardrails that assess, and what is written of each call."""
