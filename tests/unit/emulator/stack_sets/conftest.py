from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.unit.emulator.stack_sets.sets import Sets

if TYPE_CHECKING:
    from tests.unit.emulator.rehearsal import Rehearsal


@pytest.fixture
def sets(rehearsal: Rehearsal) -> Sets:
    """An organization in which there is no stack set yet."""
    return Sets(rehearsal)
