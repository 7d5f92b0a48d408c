"""Where a price must stand to hold for a call: its Region, a geography, or everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

if TYPE_CHECKING:
    from craton.core.model_reference import GeoScope

# Regions of the United States have one price, and so have those of the European Union; London and the Regions
# of Asia and the Pacific have prices of their own, so that a profile's price says nothing of one of them.
# Source: every model of litellm 1.109.1 that has prices of several Regions, retrieved 2026-11-24.
_OF_MANY_PRICES: Final = "apac"

# Which Regions a geography's profiles are called from; the narrower geography first. Regions of other
# partitions (China, the European Sovereign Cloud, isolated ones) have prices that no source carries.
# Source: https://docs.aws.amazon.com/bedrock/latest/userguide/geographic-cross-region-inference.html,
# retrieved 2026-11-24.
_GEOGRAPHIES_OF_REGIONS: Final = (
    (("us-gov-",), ("us-gov",)),
    (("cn-", "eusc-", "us-iso", "eu-iso"), ()),
    (("us-",), ("us", "*")),
    (("eu-west-2",), ("*",)),
    (("eu-",), ("eu", "*")),
    (("ca-",), ("ca", "*")),
    (("ap-northeast-1", "ap-northeast-3"), ("jp", "apac", "*")),
    (("ap-southeast-2", "ap-southeast-4"), ("au", "apac", "*")),
    (("ap-south-",), ("in", "apac", "*")),
    (("ap-",), ("apac", "*")),
)


def places_of(geo_scope: GeoScope, region: str | None) -> list[tuple[GeoScope, str]]:
    """Where a price may stand that is right for such a call: its own scope first, the narrowest place first.

    Routing within a geography costs nothing extra, so that either of the scopes in_region and geo stands in
    for the other; global routing has a price of its own.
    """
    own: list[tuple[GeoScope, str]] = [(geo_scope, place) for place in regional_places(region)]
    match geo_scope:
        case "global":
            return own
        case "geo":
            return [*own, *(("in_region", place) for place in regional_places(region))]
        case "in_region":
            return [*own, *(("geo", place) for place in regional_places(region) if place != _OF_MANY_PRICES)]
        case _:
            assert_never(geo_scope)


def regional_places(region: str | None) -> tuple[str, ...]:
    """The places whose prices hold in a Region: itself, its geographies, and `*`, the narrowest first."""
    if region is None:
        return ("*",)
    for prefixes, geographies in _GEOGRAPHIES_OF_REGIONS:
        if region.startswith(prefixes):
            return (region, *geographies)
    return (region, "*")
