"""Finds what is wrong with policies before they are attached: one rule a file, each with its examples."""
