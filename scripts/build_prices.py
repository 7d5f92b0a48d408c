"""Builds the price table and the model lifecycle from the wheels of litellm and genai-prices (both MIT).

    python -m scripts.build_prices                  downloads the pinned wheels, checks their hashes
    python -m scripts.build_prices --wheels FOLDER  takes them from a folder, downloads what is missing
    python -m scripts.build_prices --litellm-wheel A.whl --genai-wheel B.whl --day 2026-11-20 --into FOLDER

Same wheels, same bytes. Neither package is imported: litellm's JSON is unzipped, genai-prices is read as a
syntax tree.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from scripts.price_merge import Merged, Sources, merge
from scripts.price_report import report
from scripts.price_sources import Place, Release, genai_release, litellm_release, place_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class Pin(Struct, frozen=True):
    """A wheel that was public before `day`, as an installer told that considers upload times."""

    package: str
    version: str
    day: date
    sha256: str

    def file_in(self, folder: Path) -> Path | None:
        """The wheel's file, where the folder has one."""
        name = self.package.replace("-", "_")
        return next(iter(sorted(folder.glob(f"{name}-{self.version}-*.whl"))), None)


def _pins(package: str, *releases: tuple[str, str, str]) -> tuple[Pin, ...]:
    return tuple(Pin(package, version, date.fromisoformat(day), sha) for version, day, sha in releases)


LITELLM: Final = _pins(
    "litellm",
    ("1.109.1", "2026-11-20", "1c8b4dd671fa0cd0850aa751678704ff77e595fb1e6085b2dc3be39ee19bdaaf"),
    ("1.106.2", "2026-10-24", "cb1a2a1e55a4a8350ae2167525dc0d06f59b078cd685fb3e0f5419f02da5420e"),
    ("1.102.1", "2026-09-24", "b36c46e89e2fc50f42848120ed03a31c7347103cbaa733421f8843915b6f3355"),
    ("1.98.0", "2026-08-24", "150993180bf049feafa3e20cf46ca0978c69cc66e2ef1639a47e852c682a4721"),
    ("1.85.1", "2026-05-24", "c89eb5dfd18cce3d40b59e79c74f7f645bc7814a417c6ab25e53c786f0a6ab7b"),
    ("1.81.14", "2026-02-24", "6394e61bbdef7121e5e3800349f6b01e9369e7cf611e034f1832750c481abfed"),
    ("1.80.5", "2025-11-24", "2ac5f4e88cd57ae056e00da8f872e1c2956653750929fba2fd9b007b400fdb77"),
)
GENAI: Final = _pins(
    "genai-prices",
    ("0.2.3", "2026-11-20", "56976ce2b04ec206117f7d0e53f4849211a6724ab3a12119afec304eba63ee25"),
    ("0.1.13", "2026-10-24", "6d2b40760a2f7f5e207bac9b98de0af80e60c58ead497872a5331a7cee610477"),
    ("0.1.8", "2026-09-24", "40ca900089b50052597d44fc5189122addcfdccba7772dd11099b4ad574a0d9f"),
    ("0.1.4", "2026-08-24", "1d1b01cc7ab1adfa17c3a1121f4c13990bd0a4377640ecd37ebfde5836768240"),
    ("0.0.61", "2026-05-24", "d77142f61c13e69909ac19c8e44fd315fd65f3afd714e8d55e914fab0eaf47a2"),
    ("0.0.54", "2026-02-24", "5b45012b2981b7d4d42c49c8614ee95420fec244c87542542045786b36fc2235"),
    ("0.0.44", "2025-11-24", "668debbd3d670f0e46af4f5bd0ce815a74847ee8d62d292ee33319ada3733009"),
)

LEGACY_PAGE: Final = "https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle-legacy.html"
LEGACY_PAGE_READ: Final = date(2026, 11, 26)


class Ending(Struct, frozen=True):
    """How a model ends: legacy since, open to active users at a higher price since, gone on."""

    legacy_from: date | None
    extended_access_from: date | None
    end_of_life: date


def _ending(legacy_from: str, extended_access_from: str, end_of_life: str) -> Ending:
    return Ending(
        date.fromisoformat(legacy_from),
        date.fromisoformat(extended_access_from) if extended_access_from else None,
        date.fromisoformat(end_of_life),
    )


LEGACY: Final = {
    "ai21.jamba-1-5-large-v1:0": _ending("2026-05-26", "2026-08-26", "2026-11-26"),
    "ai21.jamba-1-5-mini-v1:0": _ending("2026-05-26", "2026-08-26", "2026-11-26"),
    "amazon.nova-canvas-v1:0": _ending("2026-03-30", "", "2026-09-30"),
    "amazon.nova-premier-v1:0": _ending("2026-03-13", "", "2026-09-14"),
    "amazon.nova-reel-v1:0": _ending("2026-03-30", "", "2026-09-30"),
    "amazon.nova-reel-v1:1": _ending("2026-03-30", "", "2026-09-30"),
    "amazon.nova-sonic-v1:0": _ending("2026-03-13", "", "2026-09-14"),
    "anthropic.claude-3-haiku-20240307-v1:0": _ending("2026-03-10", "2026-06-10", "2026-09-10"),
    "anthropic.claude-opus-4-1-20250805-v1:0": _ending("2026-07-08", "2026-10-08", "2027-01-08"),
    "anthropic.claude-sonnet-4-20250514-v1:0": _ending("2026-04-14", "2026-07-14", "2026-10-14"),
    "cohere.command-r-plus-v1:0": _ending("2026-02-19", "2026-05-19", "2026-08-19"),
    "cohere.command-r-v1:0": _ending("2026-02-19", "2026-05-19", "2026-08-19"),
    "twelvelabs.marengo-embed-2-7-v1:0": _ending("2026-05-29", "2026-08-29", "2026-11-30"),
}
"""What AWS's own page says. Its row of Command R has the columns shifted by one; they are put right here."""

UNITS: Final = {
    "image": "images",
    "input_image": "images",
    "query": "queries",
    "input_video_second": "seconds",
    "input_audio_second": "seconds",
}


def prices_csv(merged: Merged) -> str:
    """The price table, one rate a line."""
    header = (
        "model,geo_scope,region,tier,meter,over_input_tokens,usd_per_million,unit,"
        "valid_from,valid_to,seen_from,checked,source,rule"
    )
    lines = (
        (
            *(row.model, row.geo_scope, row.region, row.key.tier, row.key.meter, row.key.over_input_tokens),
            *(row.rate.usd, UNITS.get(row.key.meter, "tokens"), row.rate.valid_from, row.rate.valid_to),
            *(row.rate.seen_from, row.rate.checked, row.rate.source, row.rate.rule),
        )
        for row in merged.rows
    )
    return _csv(header, lines)


def sources_csv(pins: Iterable[Pin]) -> str:
    """The wheels that were read."""
    lines = ((pin.package, pin.version, pin.day, "MIT", pin.sha256) for pin in pins)
    return _csv("source,version,public_before,licence,sha256", lines)


def lifecycle_csv(releases: Sequence[Release]) -> str:
    """When models end: by AWS's page, else by the last release of litellm that says so.

    A date that most of a model's entries lack is a guess at a date not sooner than which, and is no end.
    """
    ends: dict[str, tuple[Ending, str, date]] = {}
    for release in releases:
        for model, end in _ends(release):
            ends.setdefault(model, (Ending(None, None, end), f"litellm {release.version}", release.day))
    ends |= {model: (ending, LEGACY_PAGE, LEGACY_PAGE_READ) for model, ending in LEGACY.items()}
    return _csv(
        "model,legacy_from,extended_access_from,end_of_life,source,checked",
        (
            (model, ending.legacy_from, ending.extended_access_from, ending.end_of_life, source, checked)
            for model, (ending, source, checked) in sorted(ends.items())
        ),
    )


def _ends(release: Release) -> Iterator[tuple[str, date]]:
    dates: dict[str, list[str]] = {}
    for key, entry in release.entries.items():
        place = place_of(key)
        if isinstance(place, Place):
            dates.setdefault(place.model, []).append(entry.get("deprecation_date", ""))
    for model, said in dates.items():
        likely = max(said, key=said.count)
        if likely:
            yield model, date.fromisoformat(likely)


def _csv(header: str, lines: Iterable[tuple[object, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header.split(","))
    writer.writerows(lines)
    return text.getvalue()


def fetched(pins: Iterable[Pin], folder: Path) -> list[tuple[Pin, Path]]:
    """The pinned wheels as files of that folder, downloaded where missing, each of the pinned bytes.

    Raises: SystemExit where the bytes are others.
    """
    files = []
    for pin in pins:
        file = pin.file_in(folder) or _downloaded(pin, folder)
        if hashlib.sha256(file.read_bytes()).hexdigest() != pin.sha256:
            sys.exit(f"`{file.name}` is not the pinned wheel: its sha256 differs")
        files.append((pin, file))
    return files


def _downloaded(pin: Pin, folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    where = ["--dest", str(folder), "--disable-pip-version-check"]
    subprocess.run([*command, *where, f"{pin.package}=={pin.version}"], check=True)  # noqa: S603 - own pins
    file = pin.file_in(folder)
    if file is None:
        sys.exit(f"no wheel of {pin.package} {pin.version} came")
    return file


def main() -> None:
    """Writes the tables and the conflict report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--wheels", type=Path, help="a folder with the pinned wheels")
    parser.add_argument("--litellm-wheel", type=Path, help="this wheel instead of the pinned ones")
    parser.add_argument("--genai-wheel", type=Path, help="this wheel instead of the pinned ones")
    parser.add_argument("--day", type=date.fromisoformat, help="a day on which these wheels were public")
    parser.add_argument("--into", type=Path, default=Path(), help="the repository to write to")
    given = parser.parse_args()
    if given.litellm_wheel:
        files = [
            (Pin(package, wheel.name.split("-")[1], given.day, _sha256(wheel)), wheel)
            for package, wheel in (("litellm", given.litellm_wheel), ("genai-prices", given.genai_wheel))
        ]
    else:
        with tempfile.TemporaryDirectory() as scratch:
            build(fetched((*LITELLM, *GENAI), given.wheels or Path(scratch)), given.into)
        return
    build(files, given.into)


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def build(files: Sequence[tuple[Pin, Path]], repository: Path) -> None:
    """Reads the wheels, newest first for each source, and writes the files that come of them."""
    litellm = tuple(litellm_release(f, pin.version, pin.day) for pin, f in files if pin.package == "litellm")
    genai = tuple(genai_release(f, pin.version, pin.day) for pin, f in files if pin.package != "litellm")
    merged = merge(Sources(litellm, genai))
    reference = repository / "src" / "craton" / "content" / "reference"
    written = {
        reference / "prices.csv": prices_csv(merged),
        reference / "price_sources.csv": sources_csv(pin for pin, _ in files),
        reference / "model_lifecycle.csv": lifecycle_csv(litellm),
        repository / "docs" / "reference" / "price-conflicts.md": report(merged, litellm, genai),
    }
    for file, text in written.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    disagreements = sum(not comparison.agrees for comparison in merged.compared)
    print(
        f"{len(merged.rows)} prices of {len({row.model for row in merged.rows})} models,"
        f" {disagreements} disagreements, {len(merged.unresolved)} of them not decided by a rule"
    )


if __name__ == "__main__":
    main()
