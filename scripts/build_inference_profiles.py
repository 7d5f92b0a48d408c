"""Builds the table of inference profiles from AWS's pages, which state them as tables for readers.

    python -m scripts.build_inference_profiles               writes the table
    python -m scripts.build_inference_profiles --into R      writes it into another repository

What the pages say is transcribed here, because a page has no release to pin. The page of all profiles was
read as it stood before the model cards took its tables over; AWS says there that the destinations of a
profile tied to a geography never change, and that a new profile is made instead. Cards of models from
Claude Opus 5 on name sources and no destinations: their geographic profiles are left out, so that they are
unknown rather than guessed. So are profiles of the AWS GovCloud (US) Regions on which page and card
disagree.
"""

from __future__ import annotations

import argparse
import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

RETRIEVED: Final = "2026-11-26"
GUIDE: Final = "https://docs.aws.amazon.com/bedrock/latest/userguide/"
UNSPECIFIED: Final = "unspecified"
"""The destination of a global profile, as AWS names it where it authorises one."""


class Pattern(Struct, frozen=True):
    """Which Regions a profile can be called from, each with the Regions that it routes to."""

    routes: Mapping[str, str]


def _all(sources: str, destinations: str = "", **others: str) -> Pattern:
    """Sources that share their destinations (all of each other, where none are named), and others.

    The name of another source has underscores for hyphens; its destinations are added to its own Region.
    """
    shared = destinations or sources
    routes = dict.fromkeys(sources.split(), shared)
    for name, added in others.items():
        region = name.replace("_", "-")
        routes[region] = " ".join(sorted({region, *added.split()}))
    return Pattern(routes)


def _global(sources: str) -> Pattern:
    return Pattern(dict.fromkeys(sources.split(), UNSPECIFIED))


US: Final = "us-east-1 us-east-2 us-west-2"
US_3: Final = _all(US)
US_4: Final = _all(US, us_west_1=US)
US_5: Final = _all(US, us_west_1=US, ca_central_1=US)
US_6: Final = _all(US, us_west_1=US, ca_central_1=US, ca_west_1=US)
US_OLD: Final = _all("us-east-1 us-west-2", us_east_2=US)
US_TWO: Final = _all("us-east-1 us-west-2")

EU: Final = "eu-central-1 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-3"
EU_8: Final = _all(EU, eu_central_2=EU, eu_west_2=EU)
EU_FOUR: Final = "eu-central-1 eu-north-1 eu-west-1 eu-west-3"
EU_NOVA: Final = _all(EU_FOUR, eu_south_1=EU_FOUR, eu_south_2=EU_FOUR, il_central_1=f"{EU_FOUR} eu-south-1")
EU_OLD: Final = _all("eu-central-1 eu-west-1 eu-west-3")

JP: Final = _all("ap-northeast-1 ap-northeast-3")
AU: Final = _all("ap-southeast-2 ap-southeast-4")
AU_NZ: Final = _all("ap-southeast-2 ap-southeast-4", ap_southeast_6="ap-southeast-2 ap-southeast-4")

AP_5: Final = "ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2"
AP_6: Final = "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2"
AP_7: Final = (
    "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2"
)
AP_8: Final = f"{AP_7} ap-southeast-4"
AP_9: Final = f"{AP_7} ap-southeast-3 ap-southeast-4"
AP_FAR: Final = {
    "ap_east_2": AP_9,
    "ap_southeast_3": AP_9,
    "ap_southeast_5": AP_9,
    "ap_southeast_7": AP_9,
    "me_central_1": AP_9,
}
AP_MICRO: Final = _all(AP_5, AP_6, **AP_FAR)
AP_NOVA: Final = _all(AP_5, AP_6, ap_southeast_4=AP_8, **AP_FAR)

EVERYWHERE: Final = _global(
    "af-south-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2"
    " ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6"
    " ap-southeast-7 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1"
    " eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1"
    " sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2"
)

PAGE: Final[Mapping[str, Pattern]] = {
    "apac.amazon.nova-lite-v1:0": AP_NOVA,
    "apac.amazon.nova-micro-v1:0": AP_MICRO,
    "apac.amazon.nova-pro-v1:0": AP_NOVA,
    "apac.anthropic.claude-3-5-sonnet-20240620-v1:0": _all(AP_5),
    "apac.anthropic.claude-3-5-sonnet-20241022-v2:0": _all(AP_6, ap_south_2=AP_6),
    "apac.anthropic.claude-3-7-sonnet-20250219-v1:0": _all(AP_7),
    "apac.anthropic.claude-3-haiku-20240307-v1:0": _all(AP_5),
    "apac.anthropic.claude-3-sonnet-20240229-v1:0": _all(AP_5),
    "apac.anthropic.claude-sonnet-4-20250514-v1:0": _all(AP_8, **AP_FAR),
    "apac.twelvelabs.marengo-embed-2-7-v1:0": _all("ap-northeast-2", AP_9),
    "apac.twelvelabs.pegasus-1-2-v1:0": _all("ap-northeast-2", AP_8),
    "ca.amazon.nova-lite-v1:0": _all("ca-central-1 ca-west-1"),
    "eu.amazon.nova-2-lite-v1:0": _all(EU),
    "eu.amazon.nova-lite-v1:0": EU_NOVA,
    "eu.amazon.nova-micro-v1:0": EU_NOVA,
    "eu.amazon.nova-pro-v1:0": EU_NOVA,
    "eu.anthropic.claude-3-5-sonnet-20240620-v1:0": EU_OLD,
    "eu.anthropic.claude-3-7-sonnet-20250219-v1:0": _all(EU_FOUR),
    "eu.anthropic.claude-3-haiku-20240307-v1:0": EU_OLD,
    "eu.anthropic.claude-3-sonnet-20240229-v1:0": EU_OLD,
    "eu.anthropic.claude-opus-4-5-20251101-v1:0": EU_8,
    "eu.anthropic.claude-sonnet-4-20250514-v1:0": _all(EU, il_central_1=EU),
    "eu.cohere.embed-v4:0": _all(EU),
    "eu.meta.llama3-2-1b-instruct-v1:0": EU_OLD,
    "eu.meta.llama3-2-3b-instruct-v1:0": EU_OLD,
    "eu.mistral.pixtral-large-2502-v1:0": _all(EU_FOUR),
    "eu.twelvelabs.marengo-embed-2-7-v1:0": _all("eu-west-1", EU),
    "eu.twelvelabs.marengo-embed-3-0-v1:0": _all("eu-west-1", EU),
    "eu.twelvelabs.pegasus-1-2-v1:0": EU_8,
    "global.amazon.nova-2-lite-v1:0": _global(
        "ap-east-2 ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2"
        " ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-7 ca-central-1 ca-west-1"
        " eu-central-1 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1"
        " me-central-1 us-east-1 us-east-2 us-west-1 us-west-2"
    ),
    "global.anthropic.claude-opus-4-5-20251101-v1:0": _global(
        "af-south-1 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1"
        " ap-southeast-2 ap-southeast-3 ap-southeast-4 ca-central-1 eu-central-1 eu-central-2"
        " eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1"
        " me-south-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2"
    ),
    "global.anthropic.claude-sonnet-4-20250514-v1:0": _global(
        "ap-northeast-1 eu-west-1 us-east-1 us-east-2 us-west-2"
    ),
    "global.cohere.embed-v4:0": _global(
        "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1"
        " ap-southeast-2 ap-southeast-3 ap-southeast-4 ca-central-1 eu-central-1 eu-central-2"
        " eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2"
        " us-west-1 us-west-2"
    ),
    "global.twelvelabs.pegasus-1-2-v1:0": _global(
        "af-south-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2"
        " ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-7"
        " ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1"
        " eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1"
        " us-east-2 us-west-1 us-west-2"
    ),
    "jp.amazon.nova-2-lite-v1:0": _all("ap-northeast-1", "ap-northeast-1 ap-northeast-3"),
    "us.amazon.nova-2-lite-v1:0": US_6,
    "us.amazon.nova-lite-v1:0": US_4,
    "us.amazon.nova-micro-v1:0": US_3,
    "us.amazon.nova-premier-v1:0": US_3,
    "us.amazon.nova-pro-v1:0": US_4,
    "us.anthropic.claude-3-5-haiku-20241022-v1:0": US_3,
    "us.anthropic.claude-3-5-sonnet-20240620-v1:0": _all(US, "us-east-1 us-west-2"),
    "us.anthropic.claude-3-5-sonnet-20241022-v2:0": US_3,
    "us.anthropic.claude-3-7-sonnet-20250219-v1:0": US_3,
    "us.anthropic.claude-3-haiku-20240307-v1:0": US_OLD,
    "us.anthropic.claude-3-opus-20240229-v1:0": US_TWO,
    "us.anthropic.claude-3-sonnet-20240229-v1:0": US_TWO,
    "us.anthropic.claude-opus-4-1-20250805-v1:0": US_3,
    "us.anthropic.claude-opus-4-20250514-v1:0": US_3,
    "us.anthropic.claude-opus-4-5-20251101-v1:0": US_5,
    "us.anthropic.claude-sonnet-4-20250514-v1:0": US_4,
    "us.cohere.embed-v4:0": US_4,
    "us.deepseek.r1-v1:0": US_3,
    "us.meta.llama3-1-405b-instruct-v1:0": _all("us-east-2", US),
    "us.meta.llama3-1-70b-instruct-v1:0": US_3,
    "us.meta.llama3-1-8b-instruct-v1:0": US_3,
    "us.meta.llama3-2-11b-instruct-v1:0": US_OLD,
    "us.meta.llama3-2-1b-instruct-v1:0": US_OLD,
    "us.meta.llama3-2-3b-instruct-v1:0": US_OLD,
    "us.meta.llama3-2-90b-instruct-v1:0": US_OLD,
    "us.meta.llama3-3-70b-instruct-v1:0": US_3,
    "us.meta.llama4-maverick-17b-instruct-v1:0": US_4,
    "us.meta.llama4-scout-17b-instruct-v1:0": US_4,
    "us.mistral.pixtral-large-2502-v1:0": US_3,
    "us.stability.stable-conservative-upscale-v1:0": US_3,
    "us.stability.stable-creative-upscale-v1:0": US_3,
    "us.stability.stable-fast-upscale-v1:0": US_3,
    "us.stability.stable-image-control-sketch-v1:0": US_3,
    "us.stability.stable-image-control-structure-v1:0": US_3,
    "us.stability.stable-image-erase-object-v1:0": US_3,
    "us.stability.stable-image-inpaint-v1:0": US_3,
    "us.stability.stable-image-remove-background-v1:0": US_3,
    "us.stability.stable-image-search-recolor-v1:0": US_3,
    "us.stability.stable-image-search-replace-v1:0": US_3,
    "us.stability.stable-image-style-guide-v1:0": US_3,
    "us.stability.stable-outpaint-v1:0": US_3,
    "us.stability.stable-style-transfer-v1:0": US_3,
    "us.twelvelabs.marengo-embed-2-7-v1:0": _all("us-east-1", f"{US} us-west-1"),
    "us.twelvelabs.marengo-embed-3-0-v1:0": _all("us-east-1", US),
    "us.twelvelabs.pegasus-1-2-v1:0": _all(
        "us-east-1 us-west-1", f"{US} us-west-1", us_east_2=US, us_west_2=US
    ),
    "us.writer.palmyra-x4-v1:0": US_4,
    "us.writer.palmyra-x5-v1:0": US_4,
    "us-gov.anthropic.claude-3-5-sonnet-20240620-v1:0": _all("us-gov-east-1", "us-gov-east-1 us-gov-west-1"),
    "us-gov.anthropic.claude-3-7-sonnet-20250219-v1:0": _all("us-gov-east-1", "us-gov-east-1 us-gov-west-1"),
    "us-gov.anthropic.claude-3-haiku-20240307-v1:0": _all("us-gov-east-1", "us-gov-east-1 us-gov-west-1"),
}
"""What the page of all profiles says."""

CARDS: Final[Mapping[str, tuple[str, Mapping[str, Pattern]]]] = {
    "anthropic-claude-haiku-4-5": (
        "anthropic.claude-haiku-4-5-20251001-v1:0",
        {"us": US_5, "eu": EU_8, "au": AU_NZ, "jp": JP, "global": EVERYWHERE},
    ),
    "anthropic-claude-sonnet-4-5": (
        "anthropic.claude-sonnet-4-5-20250929-v1:0",
        {"us": US_5, "eu": EU_8, "au": AU_NZ, "jp": JP, "global": EVERYWHERE},
    ),
    "anthropic-claude-sonnet-4-6": (
        "anthropic.claude-sonnet-4-6",
        {"us": US_6, "eu": EU_8, "au": AU_NZ, "jp": JP, "global": EVERYWHERE},
    ),
    "anthropic-claude-opus-4-6": (
        "anthropic.claude-opus-4-6-v1",
        {"us": US_6, "eu": EU_8, "au": AU_NZ, "global": EVERYWHERE},
    ),
    "anthropic-claude-opus-4-7": (
        "anthropic.claude-opus-4-7",
        {"us": US_6, "eu": EU_8, "au": AU, "jp": JP, "global": EVERYWHERE},
    ),
    "anthropic-claude-opus-4-8": (
        "anthropic.claude-opus-4-8",
        {"us": US_6, "eu": EU_8, "au": AU, "jp": JP, "global": EVERYWHERE},
    ),
    "anthropic-claude-opus-5-5": ("anthropic.claude-opus-5-5", {"global": EVERYWHERE}),
    "anthropic-claude-sonnet-5-5": ("anthropic.claude-sonnet-5-5", {"global": EVERYWHERE}),
}
"""What the card of a model says, by the card's name."""


def rows() -> Iterator[tuple[str, str, str, str, str]]:
    """The lines of the table: sources that share their destinations stand together."""
    stated = {profile: (pattern, "inference-profiles-support.html") for profile, pattern in PAGE.items()}
    for card, (model, patterns) in CARDS.items():
        page = f"model-card-{card}.html"
        stated |= {f"{geography}.{model}": (pattern, page) for geography, pattern in patterns.items()}
    for profile, (pattern, page) in sorted(stated.items()):
        for destinations in sorted({_ordered(one) for one in pattern.routes.values()}):
            sources = sorted(s for s, one in pattern.routes.items() if _ordered(one) == destinations)
            yield profile, " ".join(sources), destinations, GUIDE + page, RETRIEVED


def _ordered(regions: str) -> str:
    return " ".join(sorted(regions.split()))


def table() -> str:
    """The table as a file."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("profile", "source_regions", "destination_regions", "source", "retrieved"))
    writer.writerows(rows())
    return text.getvalue()


def main() -> None:
    """Writes the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--into", type=Path, default=Path(), help="the repository to write to")
    given = parser.parse_args()
    file = given.into / "src" / "craton" / "content" / "reference" / "inference_profiles.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(table().encode())
    print(f"{len({row[0] for row in rows()})} profiles")


if __name__ == "__main__":
    main()
