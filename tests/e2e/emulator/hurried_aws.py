"""The AWS CLI, but that it waits half a second at most where it would wait thirty for AWS.

It is run by the interpreter of the CLI's own environment, and is no test.
"""

from __future__ import annotations

import importlib
import sys
import time

_LONGEST_S = 0.5
_sleep = time.sleep


def _hurried(seconds: float, /) -> None:
    _sleep(min(seconds, _LONGEST_S))


if __name__ == "__main__":
    setattr(time, "sleep", _hurried)  # noqa: B010 - typeshed takes more than numbers for seconds
    sys.exit(importlib.import_module("awscli.clidriver").main())
