"""Writes examples/acme-org/policies: shipped policy statements with the values of the example's manifest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from craton.codec.canonical_json import indented
from craton.codec.decoding import decode
from craton.codec.policy_filling import fill
from craton.codec.yaml_source import read
from craton.core.manifest import Manifest, with_sections
from craton.core.model_reference import parse
from craton.kinds import sections
from craton.registry.inference import inference_profiles
from craton.registry.policies import Policies

if TYPE_CHECKING:
    from craton.codec.policy_parameters import Values

EXAMPLE: Final = Path("examples/acme-org")
DEPLOYER: Final = "role/craton-deployer"
GEOGRAPHY: Final = "us"


def documents(manifest: Manifest) -> dict[str, bytes]:
    """Each file's name and bytes."""
    approved = manifest.models.approved["prod"]
    anywhere = [p.arn for p in manifest.models.application_inference_profiles if _is_global(p.model)]
    deployer = f"arn:aws:iam::{manifest.organization.hub_account}:{DEPLOYER}"
    values: dict[str, Values] = {
        "approved_models": {"models": approved, "resources": ()},
        "approved_regions": {
            "regions": manifest.regions,
            "deployers": (deployer,),
            "geographies": (GEOGRAPHY,),
            "destinations": tuple(sorted(_destinations(manifest) - set(manifest.regions))),
            "profiles": ("arn:aws:bedrock:*:*:application-inference-profile/*",),
            "global_profiles": ("arn:aws:bedrock:*:*:inference-profile/global.*", *anywhere),
        },
        "no_long_term_keys": {},
        "organization_stays": {"deployers": (deployer,)},
    }
    return {f"{name}.json": _document(name, given) for name, given in values.items()}


def manifest() -> Manifest:
    """The example's manifest, whose policies need not be there yet."""
    decoded = decode(read((EXAMPLE / "craton.yaml").read_bytes(), "craton.yaml"), with_sections(sections()))
    if decoded.value is None:
        raise SystemExit("\n".join(str(problem) for problem in decoded.diagnostics))
    return decoded.value


def main() -> None:
    """The files are written again."""
    folder = EXAMPLE / "policies"
    folder.mkdir(exist_ok=True)
    for name, data in documents(manifest()).items():
        (folder / name).write_bytes(data)


def _document(name: str, values: Values) -> bytes:
    template = Policies.load().templates[name]
    filled = fill(template, values)
    if filled.policy is None:
        raise SystemExit("\n".join(str(problem) for problem in filled.diagnostics))
    return indented(filled.document)


def _is_global(model: str) -> bool:
    return parse(model).geo_scope == "global"


def _destinations(manifest: Manifest) -> set[str]:
    """Where profiles of the geography send calls that are made in the manifest's Regions."""
    return {
        destination
        for profile in inference_profiles().values()
        if profile.id.startswith(f"{GEOGRAPHY}.")
        for region in manifest.regions
        for destination in profile.routes.get(region, ())
    }


if __name__ == "__main__":
    main()
