"""`python -m craton` and the `craton` script."""

import sys

from craton.cli.program import program


def main() -> None:
    """Runs the command line and leaves with its exit code."""
    sys.exit(program())


if __name__ == "__main__":
    main()
