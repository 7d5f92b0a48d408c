from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import sys
from craton.emulator.emulator import emulator
emulator("111111111111")
print(*sorted(sys.modules.keys() & {"moto.ec2.models", "moto.ssm.models", "cfnlint", "sympy"}))
"""


@pytest.mark.slow
def test_what_takes_long_to_load_is_not_loaded_before_it_is_needed() -> None:
    told = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == ""
