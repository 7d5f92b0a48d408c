"""How long work tells how far it is: handed on to the faces, which draw it."""

from craton.lake.progress import Progress, Silent

__all__ = ["Progress", "Silent"]
