from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.unit.kinds.rehearsed import GOVERNED, HUB, MANAGEMENT, SEARCH, SUPPORT, Rehearsed, intent, part
from tests.unit.kinds.whole_hub import STACK, deploy, take_steps

from craton.compiler.template_text import template_text

if TYPE_CHECKING:
    from collections.abc import Iterator

WHAT_MEMBERS_NEED = (
    "alert_topic",
    "archive_bucket",
    "event_bus",
    "hub_key",
    "log_delivery",
    "oam_sink",
    "organization_trail",
)
"""The kinds of the hub to which resources of members refer."""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    """A hub in two Regions, as a manifest of few lines wants it; nothing in it failed or was refused.

    A process has one emulated AWS at a time: tests that make another one stand first, or last, in a module.
    """
    with Rehearsed(intent(tmp_path_factory.mktemp("manifest"))) as on:
        deploy(on)
        yield on
        on.rest()
        assert on.world.work.failures == []
        assert list(on.world.refused) == []


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    """A hub, and below it an account of `dev` and one of `prod` with the member stack."""
    with Rehearsed(intent(tmp_path_factory.mktemp("members"), GOVERNED)) as on:
        take_steps(on)
        hub = template_text(part(on.intent, "hub", *WHAT_MEMBERS_NEED)).decode()
        for region in on.intent.regions:
            on.stack(STACK, HUB, hub, [], region=region)
        trail = template_text(part(on.intent, "management", "organization_trail")).decode()
        on.stack("management", MANAGEMENT, trail, [])
        on.member(SEARCH, "dev")
        on.member(SUPPORT, "prod")
        yield on
        on.rest()
        assert on.world.work.failures == []
        assert list(on.world.refused) == []
