"""AWS::Config::AggregationAuthorization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import TagCalls, retag, tag_list

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_NAMES: Final = ("AuthorizedAccountId", "AuthorizedAwsRegion")
_TAGS: Final = TagCalls("tag_resource", "untag_resource")


class AggregationAuthorization:
    """What lets an account see rules in its aggregator; Ref is the ARN."""

    type = "AWS::Config::AggregationAuthorization"

    def create(self, site: Site, properties: Properties) -> Made:
        """Lets the account see."""
        told = site.client("config").put_aggregation_authorization(**properties)
        arn = told["AggregationAuthorization"]["AggregationAuthorizationArn"]
        return Made(arn, {"AggregationAuthorizationArn": arn})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Sets the tags; nothing else of it changes."""
        retag(site.client("config"), _TAGS, {"ResourceArn": made.physical_id}, previous, properties)
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Takes that away."""
        site.client("config").delete_aggregation_authorization(**_named(properties))

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:  # noqa: ARG002
        """Which account sees; None where none does."""
        config, arn = site.client("config"), made.physical_id
        told = config.describe_aggregation_authorizations()["AggregationAuthorizations"]
        found = next((one for one in told if one["AggregationAuthorizationArn"] == arn), None)
        if found is None:
            return None
        tags = config.list_tags_for_resource(ResourceArn=arn)["Tags"]
        return {**_named(found), "Tags": tag_list(tags)}


def _named(told: Properties) -> dict[str, Any]:
    return {name: told[name] for name in _NAMES}


KIND = AggregationAuthorization()
