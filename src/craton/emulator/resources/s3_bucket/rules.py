"""Rules of lifecycles and replication, in the words of templates and of the API.

Source: "AWS::S3::Bucket Rule", docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/
aws-properties-s3-bucket-rule.html, and "LifecycleRule", docs.aws.amazon.com/AmazonS3/latest/API/
API_LifecycleRule.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import Any, Final

_EXPIRATION: Final = {
    "ExpirationInDays": "Days",
    "ExpirationDate": "Date",
    "ExpiredObjectDeleteMarker": "ExpiredObjectDeleteMarker",
}
_SIZES: Final = ("ObjectSizeGreaterThan", "ObjectSizeLessThan")
_TRANSITION: Final = {"TransitionInDays": "Days", "TransitionDate": "Date", "StorageClass": "StorageClass"}
_NONCURRENT: Final = {
    "TransitionInDays": "NoncurrentDays",
    "StorageClass": "StorageClass",
    "NewerNoncurrentVersions": "NewerNoncurrentVersions",
}
_KEPT: Final = ("AbortIncompleteMultipartUpload", "NoncurrentVersionExpiration", "Status")


def lifecycle_in_api(value: Any) -> Any:
    """A lifecycle as PutBucketLifecycleConfiguration takes it."""
    return {"Rules": [_rule_in_api(one) for one in value["Rules"]]}


def lifecycle_in_template(told: Any) -> Any:
    """A lifecycle as templates say it."""
    return {"Rules": [_rule_in_template(one) for one in told["Rules"]]}


def _rule_in_api(rule: Any) -> dict[str, Any]:
    made: dict[str, Any] = {name: rule[name] for name in _KEPT if name in rule}
    if "Id" in rule:
        made["ID"] = rule["Id"]
    made["Filter"] = _filter(rule)
    expiration = {name: rule[told] for told, name in _EXPIRATION.items() if told in rule}
    if expiration:
        made["Expiration"] = expiration
    if "NoncurrentVersionExpirationInDays" in rule:
        made["NoncurrentVersionExpiration"] = {"NoncurrentDays": rule["NoncurrentVersionExpirationInDays"]}
    moves = _together(rule, "Transition")
    if moves:
        made["Transitions"] = [_named(one, _TRANSITION) for one in moves]
    moves = _together(rule, "NoncurrentVersionTransition")
    if moves:
        made["NoncurrentVersionTransitions"] = [_named(one, _NONCURRENT) for one in moves]
    return made


def _together(rule: Any, name: str) -> list[Any]:
    """What stands under a name in the singular and in the plural."""
    return [*([rule[name]] if name in rule else []), *rule.get(f"{name}s", ())]


def _named(one: Any, names: dict[str, str]) -> dict[str, Any]:
    return {names[key]: value for key, value in one.items()}


def _filter(rule: Any) -> dict[str, Any]:
    """The filter of a rule; several conditions stand under `And`."""
    parts: dict[str, Any] = {name: rule[name] for name in (*_SIZES, "Prefix") if name in rule}
    tags = list(rule.get("TagFilters", ()))
    if len(parts) + len(tags) > 1:
        return {"And": {**parts, **({"Tags": tags} if tags else {})}}
    if tags:
        return {"Tag": tags[0]}
    return parts or {"Prefix": ""}


def _rule_in_template(told: Any) -> dict[str, Any]:
    made: dict[str, Any] = {name: told[name] for name in _KEPT if name in told}
    if "ID" in told:
        made["Id"] = told["ID"]
    conditions = told.get("Filter") or {}
    conditions = conditions.get("And", conditions)
    made |= {name: conditions[name] for name in _SIZES if name in conditions}
    if conditions.get("Prefix"):
        made["Prefix"] = conditions["Prefix"]
    tags = [*conditions.get("Tags", ()), *([conditions["Tag"]] if "Tag" in conditions else [])]
    if tags:
        made["TagFilters"] = tags
    for name, called in _EXPIRATION.items():
        if called in told.get("Expiration", {}):
            made[name] = told["Expiration"][called]
    back = {value: key for key, value in _TRANSITION.items()}
    if told.get("Transitions"):
        made["Transitions"] = [_named(one, back) for one in told["Transitions"]]
    back = {value: key for key, value in _NONCURRENT.items()}
    if told.get("NoncurrentVersionTransitions"):
        made["NoncurrentVersionTransitions"] = [
            _named(one, back) for one in told["NoncurrentVersionTransitions"]
        ]
    return made


def replication_in_api(value: Any) -> Any:
    """A replication as PutBucketReplication takes it."""
    return {"Role": value["Role"], "Rules": [_replicated(one, "Id", "ID") for one in value["Rules"]]}


def replication_in_template(told: Any) -> Any:
    """A replication as templates say it."""
    return {"Role": told["Role"], "Rules": [_replicated(one, "ID", "Id") for one in told["Rules"]]}


def _replicated(rule: Any, before: str, after: str) -> dict[str, Any]:
    return {after if key == before else key: value for key, value in rule.items()}
