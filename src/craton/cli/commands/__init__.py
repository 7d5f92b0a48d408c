"""One command a file; the file's name is the verb, the first line of its docstring the help."""
