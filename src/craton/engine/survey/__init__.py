"""Surveying an organization: what is asked, and what follows from the answers. Nothing is changed."""
