from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.unit.kinds.rehearsed import GOVERNED, SEARCH, SUPPORT, Rehearsed, intent
from tests.unit.kinds.whole_hub import deploy

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    """A hub in two Regions, as a manifest of few lines wants it; nothing in it failed or was refused."""
    with Rehearsed(intent(tmp_path_factory.mktemp("manifest"))) as on:
        deploy(on)
        yield on
        on.rest()
        assert on.world.work.failures == []
        assert list(on.world.refused) == []


@pytest.fixture(scope="session")
def members(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    """A hub, and below it an account of `dev` and one of `prod` with the member stack."""
    with Rehearsed(intent(tmp_path_factory.mktemp("members"), GOVERNED)) as on:
        deploy(on)
        on.member(SEARCH, "dev")
        on.member(SUPPORT, "prod")
        yield on
        on.rest()
        assert on.world.work.failures == []
        assert list(on.world.refused) == []
