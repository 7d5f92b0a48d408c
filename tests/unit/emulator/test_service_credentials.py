from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

BEDROCK = "bedrock.amazonaws.com"


def made(client: Callable[..., Any], user: str, **more: Any) -> dict[str, Any]:
    told = client("iam").create_service_specific_credential(UserName=user, ServiceName=BEDROCK, **more)
    found: dict[str, Any] = told["ServiceSpecificCredential"]
    return found


def test_the_secret_of_a_key_is_told_once_and_keys_of_all_users_are_listed(
    client: Callable[..., Any],
) -> None:
    iam = client("iam")
    for name in ("ada", "bob"):
        iam.create_user(UserName=name)
    key = made(client, "ada", CredentialAgeDays=30)
    assert key["ServiceCredentialSecret"].startswith("ABSK")
    assert (key["ExpirationDate"] - key["CreateDate"]).days == 30
    made(client, "bob")
    (own,) = iam.list_service_specific_credentials(UserName="ada")["ServiceSpecificCredentials"]
    assert own["ServiceSpecificCredentialId"] == key["ServiceSpecificCredentialId"]
    assert not {"ServiceCredentialSecret", "ServicePassword"} & own.keys()
    every = iam.list_service_specific_credentials(AllUsers=True, ServiceName=BEDROCK)
    assert [one["UserName"] for one in every["ServiceSpecificCredentials"]] == ["ada", "bob"]
    other = iam.list_service_specific_credentials(AllUsers=True, ServiceName="cassandra.amazonaws.com")
    assert other["ServiceSpecificCredentials"] == []


def test_a_user_has_two_keys_at_most_and_is_not_deleted_with_one(client: Callable[..., Any]) -> None:
    iam = client("iam")
    iam.create_user(UserName="ada")
    keys = [made(client, "ada"), made(client, "ada")]
    with pytest.raises(ClientError, match="LimitExceeded"):
        made(client, "ada")
    with pytest.raises(ClientError, match="DeleteConflict"):
        iam.delete_user(UserName="ada")
    first = keys[0]["ServiceSpecificCredentialId"]
    iam.update_service_specific_credential(
        UserName="ada", ServiceSpecificCredentialId=first, Status="Inactive"
    )
    listed = iam.list_service_specific_credentials(UserName="ada")["ServiceSpecificCredentials"]
    assert [one["Status"] for one in listed] == ["Inactive", "Active"]
    for key in keys:
        iam.delete_service_specific_credential(
            UserName="ada", ServiceSpecificCredentialId=key["ServiceSpecificCredentialId"]
        )
    iam.delete_user(UserName="ada")
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.delete_service_specific_credential(UserName="ada", ServiceSpecificCredentialId=first)
