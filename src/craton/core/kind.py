"""A kind of cloud resource: its manifest section, its resources, and how environments differ in it.

Each kind is one file of `craton.kinds` that holds a `KIND`; nothing else names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from msgspec import Struct

from craton.core.intent import EnvironmentIntent, Intent
from craton.core.manifest_origin import Check
from craton.core.manifest_section import Section
from craton.core.organization_step import OrganizationStep
from craton.core.resource import Output, Resource

Made: TypeAlias = Callable[[Intent], Iterator[Resource | Output]]
Steps: TypeAlias = Callable[[Intent], Iterator[OrganizationStep]]


class Row(Struct, frozen=True, kw_only=True):
    """One line of the table that tells how environments differ.

    `properties` are the places in templates that differ for this reason, as `LogicalId.Property`; an id alone
    says that some environments have the resource and others do not. `*` stands for any letters. Where the
    value is the same for all, there are none. `for_callers` says that whoever calls models wants to know it.
    """

    title: str
    value: Callable[[Intent, EnvironmentIntent], str]
    properties: tuple[str, ...]
    for_callers: bool = False


class Kind(Struct, frozen=True, kw_only=True):
    """One kind.

    `section` is the key of its part of the manifest and the type of that part. `steps` are what the
    management account does beside its stack, so that the resources can stand. `checks` tell what the section
    says that the manifest's other sections, or AWS, contradict.
    """

    name: str
    title: str
    resources: Made
    section: tuple[str, type[Section]] | None = None
    rows: tuple[Row, ...] = ()
    steps: Steps = lambda _: iter(())
    checks: tuple[Check, ...] = ()
