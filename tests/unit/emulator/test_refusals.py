from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from botocore.session import Session

from craton.emulator.catalog import all_services

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import Shape
    from tests.unit.emulator.rehearsal import Rehearsal

SERVICES = all_services()
TEXTS = {
    "Bucket": "some-bucket",
    "AccountId": "111111111111",
    "ClientRequestToken": "0" * 32,
    "ImageId": "ami-00000000",
}


def smallest(shape: Shape, name: str = "") -> Any:
    """The smallest value that botocore takes for a shape."""
    least = max(1, int(shape.metadata.get("min") or 0))
    match shape.type_name:
        case "structure":
            wanted = list(shape.members)[:1] if shape.is_tagged_union else shape.required_members
            return {one: smallest(shape.members[one], one) for one in wanted}
        case "list":
            return [smallest(shape.member) for _ in range(least)]
        case "map":
            return {smallest(shape.key): smallest(shape.value)}
        case "string":
            return TEXTS.get(name) or next(iter(shape.enum), "a" * least)
        case plain:
            return {"boolean": True, "blob": b"a" * least, "float": 1.0, "double": 1.0}.get(plain, least)


WITHOUT_A_METHOD = {"InvokeModelWithBidirectionalStream"}
"""What botocore has in a model, but cannot call."""
TWINS = {
    name: f"{name}Configuration"
    for name in ("GetBucketLifecycle", "PutBucketLifecycle", "GetBucketNotification", "PutBucketNotification")
}
"""Operations of S3 that are deprecated: on the wire they are no other than those that followed them."""


def lacking() -> Iterator[tuple[str, tuple[str, ...]]]:
    for service in SERVICES.values():
        model = Session().get_service_model(service.name)
        names = tuple(sorted(set(model.operation_names) - service.operations))
        if names:
            yield service.name, names


@pytest.mark.slow
@pytest.mark.parametrize(
    ("service", "operations"), list(lacking()), ids=lambda one: one if isinstance(one, str) else ""
)
def test_every_operation_that_is_not_covered_is_refused_by_its_name(
    rehearsal: Rehearsal, service: str, operations: tuple[str, ...]
) -> None:
    client = rehearsal.client(service)
    model = Session().get_service_model(service)
    methods = {name: method for method, name in client.meta.method_to_api_mapping.items()}
    wrong: dict[str, object] = {}
    for name in operations:
        if name in WITHOUT_A_METHOD or TWINS.get(name) in SERVICES[service].operations:
            continue
        shape = model.operation_model(name).input_shape
        parameters = smallest(shape) if shape else {}
        try:
            wrong[name] = getattr(client, methods[name])(**parameters)
        except ClientError as error:
            told = error.response
            status = told["ResponseMetadata"]["HTTPStatusCode"]
            expected = f"{service}:{TWINS.get(name, name)} is not emulated"
            if status != 501 or told["Error"].get("Message") != expected:
                wrong[name] = (status, told["Error"])
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told beside its operation
            wrong[name] = repr(error)
    assert wrong == {}
    assert rehearsal.world.refused


def test_an_operation_of_a_service_that_is_not_emulated_at_all_is_refused_by_its_name(
    rehearsal: Rehearsal,
) -> None:
    for service, method, named in (
        ("route53", "list_hosted_zones", "route53:ListHostedZones"),
        ("rds", "describe_db_instances", "rds:DescribeDBInstances"),
        ("dynamodb", "list_tables", "dynamodb:ListTables"),
        ("eks", "list_clusters", "eks:ListClusters"),
    ):
        with pytest.raises(ClientError) as caught:
            getattr(rehearsal.client(service), method)()
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
        assert caught.value.response["Error"]["Message"] == f"{named} is not emulated"


def test_a_request_that_nobody_signed_is_denied_as_s3_denies_it(rehearsal: Rehearsal) -> None:
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/some-bucket/some-key", "QUERY_STRING": ""}
    environ |= {"SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "wsgi.url_scheme": "http"}
    answer = rehearsal.application.answer(environ, b"")
    assert answer.status == 403
    assert b"<Code>AccessDenied</Code>" in answer.body


@pytest.mark.parametrize("header", [{"HTTP_ORIGIN": "https://evil.example"}, {"HTTP_HOST": "evil.example"}])
def test_no_web_page_can_call(rehearsal: Rehearsal, header: dict[str, str]) -> None:
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/craton-emulator/reset", "QUERY_STRING": ""}
    assert rehearsal.application.answer({**environ, **header}, b"").status == 403
    assert rehearsal.application.answer(environ, b"").status == 200
