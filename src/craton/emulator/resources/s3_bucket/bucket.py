"""A bucket, made and changed part by part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from craton.emulator.resources.kind import Made
from craton.emulator.resources.s3_bucket.parts import PARTS
from craton.emulator.resources.shaping import refuse_others, tag_list, tags_of

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_OWN: Final = ("BucketName", "ObjectLockEnabled", "Tags")
_LONGEST_NAME: Final = 63
_NO_CONSTRAINT: Final = "us-east-1"


class Bucket:
    """A bucket; Ref is its name."""

    type = "AWS::S3::Bucket"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the bucket; where a part is refused, it is removed again."""
        refuse_others(self.type, properties, (*_OWN, *(part.name for part in PARTS)))
        s3 = site.client("s3")
        name = str(properties.get("BucketName") or site.name(_LONGEST_NAME).lower())
        given: dict[str, Any] = {}
        if site.region != _NO_CONSTRAINT:
            given["CreateBucketConfiguration"] = {"LocationConstraint": site.region}
        if _is_locked(properties):
            given["ObjectLockEnabledForBucket"] = True
        s3.create_bucket(Bucket=name, **given)
        try:
            _become(s3, name, properties, {})
        except Exception:
            s3.delete_bucket(Bucket=name)
            raise
        attributes = {
            "Arn": f"arn:aws:s3:::{name}",
            "DomainName": f"{name}.s3.amazonaws.com",
            "RegionalDomainName": f"{name}.s3.{site.region}.amazonaws.com",
            "DualStackDomainName": f"{name}.s3.dualstack.{site.region}.amazonaws.com",
            "WebsiteURL": f"http://{name}.s3-website-{site.region}.amazonaws.com",
        }
        return Made(name, attributes)

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Changes the parts that differ."""
        refuse_others(self.type, properties, (*_OWN, *(part.name for part in PARTS)))
        _become(site.client("s3"), made.physical_id, properties, previous)
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the bucket, which has to be empty."""
        s3 = site.client("s3")
        try:
            s3.delete_bucket(Bucket=made.physical_id)
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchBucket":
                raise

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:
        """What S3 tells of each part of the bucket."""
        s3 = site.client("s3")
        try:
            s3.head_bucket(Bucket=made.physical_id)
        except ClientError as error:
            if error.response["Error"]["Code"] in ("404", "NoSuchBucket"):
                return None
            raise
        found: dict[str, Any] = {"BucketName": made.physical_id, "Tags": _tags(s3, made.physical_id)}
        for part in PARTS:
            told = part.told(s3, made.physical_id)
            if told is not None or part.name in properties:
                found[part.name] = told if told is not None else {}
        return found


def _is_locked(properties: Properties) -> bool:
    return str(properties.get("ObjectLockEnabled", False)).lower() == "true"


def _become(s3: Any, name: str, properties: Properties, previous: Properties) -> None:
    for part in PARTS:
        wanted, before = properties.get(part.name), previous.get(part.name)
        if wanted == before:
            continue
        if wanted is None:
            part.remove(s3, name)
        else:
            part.put(s3, name, wanted)
    tags = tags_of(properties)
    if tags == tags_of(previous):
        return
    if tags:
        told = [{"Key": key, "Value": value} for key, value in tags.items()]
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": told})
    else:
        s3.delete_bucket_tagging(Bucket=name)


def _tags(s3: Any, name: str) -> list[dict[str, str]]:
    try:
        return tag_list(s3.get_bucket_tagging(Bucket=name)["TagSet"])
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchTagSet":
            return []
        raise
