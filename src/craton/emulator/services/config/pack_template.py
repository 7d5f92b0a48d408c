"""The template of a conformance pack: rules, and what is to be done about resources that break them.

Rules get the id of their pack after their names, so that several packs can hold the same rule.

Source: "Creating Templates for Custom Conformance Packs" and "Service Limits for AWS Config",
docs.aws.amazon.com/config/latest/developerguide/, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from botocore.exceptions import ClientError
from msgspec.structs import replace

from craton.emulator.errors import ServiceError
from craton.emulator.stacks.library import check_template
from craton.emulator.stacks.scope import given_parameters
from craton.emulator.stacks.template import MOST_BYTES, read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.call import Call
    from craton.emulator.stacks.template import Declared, Template

RULE: Final = "AWS::Config::ConfigRule"
_TYPES: Final = (RULE, "AWS::Config::RemediationConfiguration")
MOST_RULES: Final = 130
_MOST_BYTES_FROM_S3: Final = 307_200


def template_of(call: Call, error: str) -> Template:
    """The template that a call brings; one in S3 goes before one in the call itself.

    Raises: ServiceError of the code `error` where it is none that a pack may have.
    """
    given = call.parameters
    if given.get("TemplateS3Uri"):
        text, most = _fetched(call, str(given["TemplateS3Uri"]), error), _MOST_BYTES_FROM_S3
    elif given.get("TemplateBody"):
        text, most = str(given["TemplateBody"]), MOST_BYTES
    else:
        raise ServiceError(
            "InvalidParameterValueException"
            if call.operation.name == "PutConformancePack"
            else "ValidationException",
            "Template body or template S3 URI must be specified.",
        )
    try:
        template = read(text, most)
        others = sorted({one.type for one in template.resources.values()} - set(_TYPES))
        if others:
            raise ServiceError(error, f"Template format error: Unsupported resource types: {others}")  # noqa: TRY301
        check_template(template, ())
        given_parameters(template, inputs_of(given), {})
    except ServiceError as refused:
        raise ServiceError(error, f"Template validation error: {refused.message}") from refused
    if sum(one.type == RULE for one in template.resources.values()) > MOST_RULES:
        raise ServiceError(error, f"Template validation error: there are more than {MOST_RULES} rules")
    return template


def _fetched(call: Call, uri: str, error: str) -> str:
    place = urlsplit(uri)
    s3 = call.world.inside.client("s3", call.region, call.caller)
    try:
        found = s3.get_object(Bucket=place.netloc, Key=place.path.lstrip("/"))
    except ClientError as refused:
        told = refused.response["Error"].get("Message")
        raise ServiceError(error, f"Failed to get the template from {uri}: {told}") from refused
    return str(found["Body"].read().decode("utf-8", errors="replace"))


def inputs_of(given: Mapping[str, Any]) -> dict[str, str | None]:
    """The parameters of the template that a call brings."""
    return {
        str(one["ParameterName"]): str(one["ParameterValue"])
        for one in given.get("ConformancePackInputParameters") or ()
    }


def of_pack(template: Template, pack_id: str) -> Template:
    """The template with rules that are named after their pack, too."""
    return replace(
        template,
        resources={name: _named(template, one, pack_id) for name, one in template.resources.items()},
    )


def _named(template: Template, declared: Declared, pack_id: str) -> Declared:
    name = declared.properties.get("ConfigRuleName")
    if name is None or (isinstance(name, dict) and name.get("Ref") in template.resources):
        return declared
    told = {"Fn::Join": ["-", [name, pack_id]]}
    return replace(declared, properties={**declared.properties, "ConfigRuleName": told})
