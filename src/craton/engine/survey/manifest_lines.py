"""The lines of a manifest of what is there, beside those that every first manifest has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.codec.type_words import in_yaml
from craton.engine.starting_manifest import flaw
from craton.engine.survey.organization import FoundPolicy
from craton.registry.inference import inference_profiles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from craton.engine.survey.answers import Answers
    from craton.engine.survey.organization import FoundOrganization

_OWNER_TAGS: Final[dict[str, tuple[str, ...]]] = {
    "business_unit": ("business-unit", "businessunit", "bu", "department", "division"),
    "cost_center": ("cost-center", "costcenter", "cost-centre", "costcentre"),
    "team": ("team", "owner", "owned-by", "squad"),
    "project": ("project", "application", "app", "service", "workload"),
}
"""The tags of accounts that tell who pays, in small letters, `_` and `:` as `-`."""

_UNTOLD: Final = "not told"


class Beside(Struct, frozen=True, kw_only=True):
    """A policy that holds beside Craton's own. Without a `path` it cannot be told in a manifest."""

    policy: FoundPolicy
    target: str
    path: str
    content: str
    replaces: str | None


def with_ids(lines: Iterable[str], organization: FoundOrganization) -> Iterator[str]:
    """The lines with the ids of OUs, to which compiled policies are sent."""
    ids = {f"    - {{path: {in_yaml(path)}}}": unit for path, unit in organization.units.items()}
    known = set()
    for line in lines:
        if line in ids:
            known.add(line)
            yield f"{line[:-1]}, id: {in_yaml(ids[line])}}}"
        elif line == "  accounts:":
            # OUs without accounts belong to the tree as well.
            for other, unit in ids.items():
                if other not in known:
                    yield f"{other[:-1]}, id: {in_yaml(unit)}}}"
            yield line
        elif line == "  organizational_units: []" and ids:
            yield "  organizational_units:"
        else:
            yield line


def with_states(lines: Iterable[str], organization: FoundOrganization) -> Iterator[str]:
    """The lines with the states of accounts that are not active."""
    states = {one.id: one.state for one in organization.accounts if one.state != "ACTIVE"}
    for line in lines:
        account = next((one for one in states if line.startswith(f"    - {{id: {in_yaml(one)},")), None)
        yield line if account is None else f"{line[:-1]}, status: {states[account]}}}"


def with_profiles(lines: Iterable[str], answers: Answers) -> Iterator[str]:
    """The lines with application inference profiles, as far as it is told what they were made of."""
    found = dict(_profiles(answers))
    for line in lines:
        yield line
        if line == "models:" and found:
            yield "  application_inference_profiles:"
            for arn, model in sorted(found.items()):
                yield f"    - {{arn: {in_yaml(arn)}, model: {in_yaml(model)}}}"


def _profiles(answers: Answers) -> Iterator[tuple[str, str]]:
    for one in answers.answered("bedrock", "ListInferenceProfiles"):
        for told in one.answer["inferenceProfileSummaries"]:
            arns = [str(each["modelArn"]) for each in told["models"]]
            models = {arn.rpartition("/")[2] for arn in arns}
            regions = {arn.split(":")[3] for arn in arns}
            if len(models) != 1:
                continue
            (model,) = models
            if regions != {one.read.region}:
                model = _profile_over(model, one.read.region, regions) or ""
            if model:
                yield str(told["inferenceProfileArn"]), model


def _profile_over(model: str, region: str, regions: set[str]) -> str | None:
    """The system-defined profile of the model that routes to these Regions."""
    for profile in inference_profiles().values():
        if profile.model == model and region in profile.routes:
            is_alike = profile.is_global if "" in regions else {region, *profile.routes[region]} == regions
            if is_alike:
                return profile.id
    return None


def owner_lines(organization: FoundOrganization) -> Iterator[str]:
    """Who pays, by the tags of accounts; nothing where none tells a team.

    A name is borne once: where tags tell of one team that several pay for it, the first one does.
    """
    teams: dict[str, list[str]] = {}
    centers: dict[str, str] = {}
    units: dict[str, str] = {}
    for account in organization.accounts:
        told = _owners(account.tags)
        team = told["team"] or told["project"]
        if team is None or flaw("name", team) is not None:
            continue
        teams.setdefault(team, []).append(account.id)
        unit = told["business_unit"] or _UNTOLD
        center = centers.setdefault(team, told["cost_center"] or f"{unit}: {_UNTOLD}")
        units.setdefault(center, unit)
    if not teams:
        return
    yield "# By the tags of accounts."
    yield "owners:"
    yield "  business_units:"
    for unit in sorted(set(units.values())):
        yield f"    - name: {in_yaml(unit)}"
        yield "      cost_centers:"
        for center in sorted(one for one, above in units.items() if above == unit):
            yield f"        - name: {in_yaml(center)}"
            yield "          teams:"
            for team in sorted(one for one, above in centers.items() if above == center):
                yield f"            - name: {in_yaml(team)}"
                yield f"              match: {{accounts: {in_yaml(tuple(teams[team]))}}}"


def _owners(tags: Mapping[str, str]) -> dict[str, str | None]:
    """What the tags of an account tell of each level of owners."""
    plain = {_plain(key): value for key, value in tags.items()}
    return {
        level: next((plain[key] for key in keys if plain.get(key)), None)
        for level, keys in _OWNER_TAGS.items()
    }


def _plain(key: str) -> str:
    return key.lower().replace("_", "-").replace(":", "-").replace(" ", "-")


def policy_lines(policies: Iterable[Beside]) -> Iterator[str]:
    """The policies of others, where they are attached."""
    told = [one for one in policies if one.path]
    if not told:
        return
    yield "# Policies that are in force and that Craton did not write. It leaves them as they are, and"
    yield "# reckons with them in proofs and simulations."
    yield "policies:"
    for one in told:
        kind = "" if one.policy.type == "SERVICE_CONTROL_POLICY" else f", type: {one.policy.type}"
        replaces = f", replaces: {one.replaces}" if one.replaces else ""
        yield f"  - {{file: {in_yaml(one.path)}, at: {in_yaml(one.target)}{kind}{replaces}}}"
