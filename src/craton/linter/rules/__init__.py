"""One rule a file; the name of the file is the id of the rule."""
