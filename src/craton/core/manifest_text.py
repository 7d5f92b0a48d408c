"""The kinds of text that a manifest holds: the form of each, its name, and advice on what comes close.

Each is a `str` whose `Meta` says all of it, so that the decoder's messages, the JSON Schema and the reference
page speak with one voice. `extra` holds `form`, the form in words, and `advise`, a function from a text that
does not fit to advice, or None where there is none to give.

Source of the AWS forms: the service models in botocore 1.44 (organizations, bedrock, bedrock-runtime, iam,
sts), retrieved 2026-11-24.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Final

from msgspec import Meta

from craton.core.model_reference import GEOGRAPHIES
from craton.core.quoting import ticked
from craton.core.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Callable


def _no_advice(text: str) -> str | None:  # noqa: ARG001 - the shape of an advice
    return None


def text(
    noun: str, form: str, example: str, pattern: str, advise: Callable[[str], str | None] = _no_advice
) -> Meta:
    """The description of a kind of text, for `Annotated[str, …]`."""
    return Meta(title=noun, examples=[example], pattern=pattern, extra={"form": form, "advise": advise})


_ACCOUNT_DIGITS: Final = 12


def _advise_account_id(found: str) -> str | None:
    digits = re.sub(r"[\s_-]", "", found)
    if not re.fullmatch(r"[0-9]+", digits):
        return None
    if len(digits) == _ACCOUNT_DIGITS:
        return f'write it without separators: `"{digits}"`'
    if len(digits) == _ACCOUNT_DIGITS - 1:
        return f'this has 11 digits; if a leading zero was lost, write `"0{digits}"` in quotes, which keep it'
    return f"an account id is 12 digits, this has {len(digits)}"


_DIRECTIONS: Final = (
    *("north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest", "central"),
)
_REGION: Final = rf"^[a-z]{{2,4}}(-[a-z]{{2,4}})?-({'|'.join(_DIRECTIONS)})-[1-9][0-9]?$"


def _advise_region(found: str) -> str | None:
    region = found.strip().lower().replace("_", "-")
    if re.fullmatch(_REGION, region):
        return f"did you mean `{region}`?"
    if re.fullmatch(_REGION, region[:-1]) and region[-1:].isalpha():
        return f"this is an Availability Zone; its Region is `{region[:-1]}`"
    geography, _, rest = region.partition("-")
    direction, _, number = rest.rpartition("-")
    meant = nearest(direction, _DIRECTIONS)
    if meant and re.fullmatch(_REGION, f"{geography}-{meant}-{number}"):
        return f"did you mean `{geography}-{meant}-{number}`?"
    return None


def _advise_path(found: str) -> str | None:
    parts = [part.strip() for part in re.split(r"[/\\>]+", found) if part.strip()]
    return f"did you mean `{'/'.join(parts)}`?" if parts and "/".join(parts) != found else None


def _advise_lower(found: str) -> str | None:
    lower = re.sub(r"[^a-z0-9]+", "-", found.lower()).strip("-")
    return f"did you mean `{lower}`?" if re.match("[a-z]", lower) and lower != found else None


def _advise_base_model(found: str) -> str | None:
    if found.startswith("arn:"):
        base = found.rpartition("/")[2]
        return f"write the model's id alone: `{base}`" if "foundation-model/" in found else None
    geography, _, base = found.partition(".")
    if geography in GEOGRAPHIES and base:
        return f"write `{base}`: what holds for a model holds in every geography, `{geography}` included"
    return None


def _advise_stripped(found: str) -> str | None:
    return "remove the space around it" if found != found.strip() else None


AccountId = Annotated[
    str, text("account id", "12 digits", "111111111111", r"^[0-9]{12}$", _advise_account_id)
]

OrganizationId = Annotated[
    str,
    text(
        "organization id",
        "`o-` and 10 to 32 small letters or digits, as `aws organizations describe-organization` shows",
        "o-exampleorgid",
        r"^o-[a-z0-9]{10,32}$",
    ),
]

OrganizationalUnitId = Annotated[
    str,
    text(
        "OU id",
        "`ou-`, the root's id, `-` and 8 to 32 small letters or digits",
        "ou-examplerootid111-exampleouid111",
        r"^ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}$",
    ),
]

OrganizationalUnitPath = Annotated[
    str,
    text(
        "OU path",
        "names of OUs from the root down, joined by `/`; `root` is the root itself",
        "workloads/prod",
        r"^[^/\s\x00-\x1f\x7f]([^/\x00-\x1f\x7f]*[^/\s\x00-\x1f\x7f])?"
        r"(/[^/\s\x00-\x1f\x7f]([^/\x00-\x1f\x7f]*[^/\s\x00-\x1f\x7f])?)*$",
        _advise_path,
    ),
]

PolicyTarget = Annotated[
    str,
    text(
        "root, OU path or account id",
        "`root`, the names of OUs from the root down joined by `/`, or 12 digits",
        "workloads/prod",
        r"^[^/\s\x00-\x1f\x7f]([^/\x00-\x1f\x7f]*[^/\s\x00-\x1f\x7f])?"
        r"(/[^/\s\x00-\x1f\x7f]([^/\x00-\x1f\x7f]*[^/\s\x00-\x1f\x7f])?)*$",
        _advise_path,
    ),
]

Region = Annotated[
    str, text("AWS Region", "a code such as `us-east-1`, not a name", "us-east-1", _REGION, _advise_region)
]

EnvironmentName = Annotated[
    str,
    text(
        "environment name",
        "small letters, digits and dashes, beginning with a letter",
        "prod",
        r"^[a-z][a-z0-9-]{0,31}$",
        _advise_lower,
    ),
]

Name = Annotated[
    str,
    text(
        "name",
        "up to 128 characters on one line, without spaces around them",
        "search",
        r"^(?=.{1,128}$)[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$",
        _advise_stripped,
    ),
]

Email = Annotated[
    str,
    text(
        "mail address",
        "a name, `@` and a domain, as in `aws-search@example.com`",
        "bedrock@example.com",
        r"^[^\s@]+@[^\s@]+\.[^\s@]+$",
    ),
]

_NO_GEOGRAPHY: Final = rf"(?!({'|'.join(sorted(GEOGRAPHIES))})\.)"

BaseModelGlob = Annotated[
    str,
    text(
        "base model",
        "a foundation model's id without geography; `*` stands for any text, `?` for one character",
        "anthropic.claude-sonnet-4-6",
        rf"^{_NO_GEOGRAPHY}[a-z0-9*?][A-Za-z0-9*?._:-]*$",
        _advise_base_model,
    ),
]

ModelId = Annotated[
    str,
    text(
        "model id",
        "the id or ARN of a foundation model or of a system-defined inference profile",
        "us.anthropic.claude-sonnet-4-6",
        r"^[A-Za-z0-9][A-Za-z0-9._:/-]*$",
    ),
]

ProfileArn = Annotated[
    str,
    text(
        "ARN of an application inference profile",
        "`arn:aws:bedrock:REGION:ACCOUNT:application-inference-profile/ID`",
        "arn:aws:bedrock:us-east-1:111111111111:application-inference-profile/a1b2c3d4e5f6",
        r"^arn:aws(-[a-z]+)*:bedrock:[a-z0-9-]+:[0-9]{12}:application-inference-profile/[A-Za-z0-9:.-]+$",
    ),
]

File = Annotated[
    str, text("file", "a path on one line", "policies/regions.json", r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f]$")
]

Folder = Annotated[
    str, text("folder", "a path on one line", "./content", r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f]$")
]

_METADATA = r"[a-zA-Z0-9\s:_@$#=/+,.-]"
_METADATA_FORM = "at most 256 letters, digits, spaces and `:_@$#=/+,-.`"

MetadataKey = Annotated[
    str, text("key of request metadata", _METADATA_FORM, "team", rf"^{_METADATA}{{1,256}}$")
]
MetadataValue = Annotated[
    str, text("value of request metadata", _METADATA_FORM, "search", rf"^{_METADATA}{{0,256}}$")
]

_TAG = r"[a-zA-Z0-9\s._:/=+@-]"

TagKey = Annotated[
    str,
    text("tag key", "at most 128 letters, digits, spaces and `._:/=+@-`", "team", rf"^{_TAG}{{1,128}}$"),
]
TagValue = Annotated[
    str,
    text("tag value", "at most 256 letters, digits, spaces and `._:/=+@-`", "search", rf"^{_TAG}{{0,256}}$"),
]

_GLOB_FORM = "made of letters, digits, `_+=,.@-`, and `*` for any text or `?` for one character"


def _advise_name_of_role(found: str) -> str | None:
    if not found.startswith("arn:"):
        return None
    name = found.removesuffix("/*").rpartition("/")[2]
    return f"write the name alone, without path and ARN: {ticked(name)}"


NameGlob = Annotated[
    str,
    text("name or pattern", _GLOB_FORM, "search-*", r"^[A-Za-z0-9_+=,.@*?-]{1,128}$", _advise_name_of_role),
]

PolicyId = Annotated[
    str,
    text(
        "name of a policy file",
        "small letters, digits and underscores, without `.yaml`",
        "approved_models",
        r"^[a-z][a-z0-9_]*$",
        lambda found: f"did you mean `{found.removesuffix('.yaml')}`?" if found.endswith(".yaml") else None,
    ),
]

ParameterName = Annotated[
    str, text("parameter name", "small letters, digits and underscores", "regions", r"^[a-z][a-z0-9_]*$")
]

StatementId = Annotated[
    str, text("Sid", "letters and digits", "DenyUnapprovedModels", r"^[A-Za-z0-9]+$", _advise_stripped)
]


def _advise_principal(found: str) -> str | None:
    if ":assumed-role/" in found:
        account, _, role = found.partition(":assumed-role/")
        account = account.rpartition(":")[2]
        return f"name the role, not its session: `arn:aws:iam::{account}:role/{role.partition('/')[0]}`"
    return None


PrincipalPattern = Annotated[
    str,
    text(
        "pattern of a principal's ARN",
        "`arn:aws:iam::ACCOUNT:role/NAME`, where the name does not begin with a wildcard",
        "arn:aws:iam::333333333333:role/search-api",
        r"^arn:aws[a-z-]*:iam::([0-9]{12}|\*):(role|user)/[^*?\s][^\s]*$",
        _advise_principal,
    ),
]
