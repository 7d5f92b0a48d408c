"""Loads the package's content and the user's overlay, and checks it as a whole."""
