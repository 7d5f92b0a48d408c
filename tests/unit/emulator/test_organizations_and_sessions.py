from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore.exceptions import ClientError
from tests.unit.emulator.rehearsal import MANAGEMENT

from craton.emulator.authentication import authenticated
from craton.emulator.errors import ServiceError
from craton.emulator.identification import Identified
from craton.registry.quotas import quota

if TYPE_CHECKING:
    from tests.unit.emulator.rehearsal import Rehearsal

BEDROCK = {
    "bedrock": {
        "guardrail_inference": {
            "us-east-1": {
                "config_1": {
                    "identifier": {
                        "@@assign": f"arn:aws:bedrock:us-east-1:{MANAGEMENT}:guardrail/abcdefghijkl:1"
                    }
                }
            }
        }
    }
}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


DENY = policy({"Effect": "Deny", "Action": "sns:*", "Resource": "*"})
KINDS = tuple(botocore.session.get_session().get_service_model("organizations").shape_for("PolicyType").enum)
CONTENTS = {
    "SERVICE_CONTROL_POLICY": DENY,
    "RESOURCE_CONTROL_POLICY": policy(
        {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    ),
    "BEDROCK_POLICY": json.dumps(BEDROCK),
    "TAG_POLICY": json.dumps({"tags": {"team": {"tag_key": {"@@assign": "team"}}}}),
    "BACKUP_POLICY": json.dumps({"plans": {}}),
    "AISERVICES_OPT_OUT_POLICY": json.dumps(
        {"services": {"default": {"opt_out_policy": {"@@assign": "optOut"}}}}
    ),
    "SECURITYHUB_POLICY": json.dumps({"securityhub": {}}),
}


def refused(call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return str(caught.value.response["Error"]["Code"])


class Policies:
    """The policies of an organization that has one member."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self.client = rehearsal.organization()
        self.root = str(self.client.list_roots()["Roots"][0]["Id"])
        self.member = rehearsal.member("dev")

    def make(self, content: str = DENY, name: str = "one", kind: str = "SERVICE_CONTROL_POLICY") -> str:
        made = self.client.create_policy(Name=name, Type=kind, Description="", Content=content)
        return str(made["Policy"]["PolicySummary"]["Id"])


@pytest.fixture
def policies(rehearsal: Rehearsal) -> Policies:
    return Policies(rehearsal)


class TestPolicies:
    def test_every_target_has_full_access_from_the_start(self, policies: Policies) -> None:
        for target in (policies.root, policies.member):
            rows = policies.client.list_policies_for_target(TargetId=target, Filter="SERVICE_CONTROL_POLICY")
            assert [one["Name"] for one in rows["Policies"]] == ["FullAWSAccess"]

    def test_a_type_must_be_enabled_before_its_policies_are_attached(self, policies: Policies) -> None:
        one = policies.make(json.dumps(BEDROCK), kind="BEDROCK_POLICY")
        attach = policies.client.attach_policy
        assert refused(attach, PolicyId=one, TargetId=policies.root) == "PolicyTypeNotEnabledException"
        assert (
            refused(policies.client.list_policies, Filter="BEDROCK_POLICY") == "PolicyTypeNotEnabledException"
        )
        policies.client.enable_policy_type(RootId=policies.root, PolicyType="BEDROCK_POLICY")
        attach(PolicyId=one, TargetId=policies.root)
        told = policies.client.describe_effective_policy(
            PolicyType="BEDROCK_POLICY", TargetId=policies.member
        )
        content = json.loads(told["EffectivePolicy"]["PolicyContent"])
        identifier = content["bedrock"]["guardrail_inference"]["us-east-1"]["config_1"]["identifier"]
        assert identifier.endswith("guardrail/abcdefghijkl:1")
        policies.client.disable_policy_type(RootId=policies.root, PolicyType="BEDROCK_POLICY")
        assert policies.client.list_targets_for_policy(PolicyId=one)["Targets"] == []

    def test_only_so_many_are_attached_to_one_target(self, policies: Policies) -> None:
        most = quota("scps_per_target").limit
        for number in range(most - 1):
            one = policies.make(name=f"p{number}")
            policies.client.attach_policy(PolicyId=one, TargetId=policies.member)
        assert refused(policies.client.attach_policy, PolicyId=one, TargetId=policies.member) == (
            "DuplicatePolicyAttachmentException"
        )
        assert (
            refused(
                policies.client.attach_policy, PolicyId=policies.make(name="more"), TargetId=policies.member
            )
            == "ConstraintViolationException"
        )

    def test_the_last_scp_of_a_target_stays(self, policies: Policies) -> None:
        detach = policies.client.detach_policy
        given = {"PolicyId": "p-FullAWSAccess", "TargetId": policies.member}
        assert refused(detach, **given) == "ConstraintViolationException"
        policies.client.attach_policy(PolicyId=policies.make(), TargetId=policies.member)
        detach(**given)

    @pytest.mark.parametrize("kind", KINDS)
    def test_policies_of_every_type_can_be_attached(self, policies: Policies, kind: str) -> None:
        client = policies.client
        enabled = {one["Type"] for one in client.list_roots()["Roots"][0]["PolicyTypes"]}
        if kind not in enabled:
            client.enable_policy_type(RootId=policies.root, PolicyType=kind)
        content = CONTENTS.get(kind, json.dumps({"any": {}}))
        made = policies.make(content, kind=kind)
        client.attach_policy(PolicyId=made, TargetId=policies.member)
        assert made in {
            one["Id"]
            for one in client.list_policies_for_target(TargetId=policies.member, Filter=kind)["Policies"]
        }
        described = client.describe_policy(PolicyId=made)["Policy"]
        assert described["PolicySummary"]["Type"] == kind
        assert described["Content"] == content

    def test_a_policy_in_use_stays(self, policies: Policies) -> None:
        one = policies.make()
        policies.client.attach_policy(PolicyId=one, TargetId=policies.member)
        assert refused(policies.client.delete_policy, PolicyId=one) == "PolicyInUseException"
        policies.client.detach_policy(PolicyId=one, TargetId=policies.member)
        policies.client.delete_policy(PolicyId=one)
        assert refused(policies.client.describe_policy, PolicyId=one) == "PolicyNotFoundException"

    def test_a_name_is_given_once_for_a_type(self, policies: Policies) -> None:
        policies.make()
        with pytest.raises(ClientError, match="DuplicatePolicyException"):
            policies.make()

    def test_a_policy_is_refused_by_one_character_too_many(self, policies: Policies) -> None:
        most = quota("scp_characters").limit
        bare = policy({"Effect": "Deny", "Action": "sns:*", "Resource": "*", "Sid": ""})
        policies.make(bare.replace('"Sid": ""', f'"Sid": "{"a" * (most - len(bare))}"'))
        with pytest.raises(ClientError, match="POLICY_CONTENT_LIMIT_EXCEEDED"):
            policies.make(bare.replace('"Sid": ""', f'"Sid": "{"a" * (most - len(bare) + 1)}"'), "two")

    @pytest.mark.parametrize(
        ("kind", "content"),
        [
            ("SERVICE_CONTROL_POLICY", "{"),
            ("SERVICE_CONTROL_POLICY", policy({"Effect": "Deny", "Action": "sns:*"})),
            (
                "SERVICE_CONTROL_POLICY",
                policy({"Effect": "Deny", "Principal": "*", "Action": "sns:*", "Resource": "*"}),
            ),
            ("SERVICE_CONTROL_POLICY", policy({"Effect": "Maybe", "Action": "sns:*", "Resource": "*"})),
            (
                "RESOURCE_CONTROL_POLICY",
                policy({"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}),
            ),
            ("RESOURCE_CONTROL_POLICY", policy({"Effect": "Deny", "Action": "s3:*", "Resource": "*"})),
            ("BEDROCK_POLICY", json.dumps({"tags": {}})),
            ("TAG_POLICY", json.dumps({"bedrock": {}})),
        ],
    )
    def test_a_document_of_the_wrong_form_is_refused(
        self, policies: Policies, kind: str, content: str
    ) -> None:
        with pytest.raises(ClientError) as caught:
            policies.make(content, kind=kind)
        assert caught.value.response["Error"]["Code"] == "MalformedPolicyDocumentException"


class TestTree:
    def test_ous_go_only_so_deep(self, rehearsal: Rehearsal) -> None:
        parent = None
        for number in range(quota("ou_levels").limit):
            parent = rehearsal.unit(f"level{number}", parent)
        with pytest.raises(ClientError, match="OU_DEPTH_LIMIT_EXCEEDED"):
            rehearsal.unit("more", parent)

    def test_an_ou_that_holds_something_stays(self, rehearsal: Rehearsal) -> None:
        unit = rehearsal.unit("a")
        member = rehearsal.member("dev", unit)
        client = rehearsal.organization()
        delete = client.delete_organizational_unit
        assert refused(delete, OrganizationalUnitId=unit) == "OrganizationalUnitNotEmptyException"
        client.remove_account_from_organization(AccountId=member)
        delete(OrganizationalUnitId=unit)
        assert refused(client.list_accounts_for_parent, ParentId=unit) == "ParentNotFoundException"

    def test_an_account_is_moved_from_where_it_is(self, rehearsal: Rehearsal) -> None:
        unit, other = rehearsal.unit("a"), rehearsal.unit("b")
        member = rehearsal.member("dev", unit)
        move = rehearsal.organization().move_account
        assert (
            refused(move, AccountId=member, SourceParentId=other, DestinationParentId=unit)
            == "SourceParentNotFoundException"
        )
        move(AccountId=member, SourceParentId=unit, DestinationParentId=other)
        rows = rehearsal.organization().list_parents(ChildId=member)["Parents"]
        assert rows == [{"Id": other, "Type": "ORGANIZATIONAL_UNIT"}]

    def test_lists_come_in_pages(self, rehearsal: Rehearsal) -> None:
        members = {rehearsal.member(f"m{number}") for number in range(25)}
        pages = rehearsal.organization().get_paginator("list_accounts").paginate()
        counts = [len(page["Accounts"]) for page in pages]
        assert counts == [20, 6]
        assert len(members) == 25

    def test_an_account_of_the_same_address_is_not_made(self, rehearsal: Rehearsal) -> None:
        rehearsal.member("dev")
        organization = rehearsal.organization()
        asked = organization.create_account(Email="dev@example.com", AccountName="again")
        rehearsal.rest()
        told = organization.describe_create_account_status(
            CreateAccountRequestId=asked["CreateAccountStatus"]["Id"]
        )["CreateAccountStatus"]
        assert (told["State"], told["FailureReason"]) == ("FAILED", "EMAIL_ALREADY_EXISTS")
        failed = organization.list_create_account_status(States=["FAILED"])["CreateAccountStatuses"]
        assert [one["AccountName"] for one in failed] == ["again"]

    def test_an_account_is_made_and_closed_behind_the_call(self, rehearsal: Rehearsal) -> None:
        organization = rehearsal.organization()
        asked = organization.create_account(Email="dev@example.com", AccountName="dev")
        status = asked["CreateAccountStatus"]
        assert (status["State"], "AccountId" in status) == ("IN_PROGRESS", False)
        rehearsal.rest()
        told = organization.describe_create_account_status(CreateAccountRequestId=status["Id"])
        account = told["CreateAccountStatus"]["AccountId"]
        root = organization.list_roots()["Roots"][0]["Id"]
        (row,) = [
            one
            for one in organization.list_accounts_for_parent(ParentId=root)["Accounts"]
            if one["Id"] == account
        ]
        own = organization.describe_organization()["Organization"]["Id"]
        assert (row["State"], row["Status"], row["Name"]) == ("ACTIVE", "ACTIVE", "dev")
        assert row["Paths"] == [f"{own}/{root}/{account}/"]
        session = rehearsal.into(account)
        organization.close_account(AccountId=account)
        rehearsal.rest()
        assert organization.describe_account(AccountId=account)["Account"]["State"] == "SUSPENDED"
        assert refused(rehearsal.client("iam", session).list_roles) == "AccessDenied"
        assert refused(organization.close_account, AccountId=account) == "AccountAlreadyClosedException"


class TestAdministrators:
    def test_a_member_reads_the_organization_only_as_a_delegated_administrator(
        self, rehearsal: Rehearsal
    ) -> None:
        member = rehearsal.member("dev")
        client = rehearsal.organization()
        reader = rehearsal.client("organizations", rehearsal.into(member))
        assert reader.describe_organization()["Organization"]["MasterAccountId"] == MANAGEMENT
        assert refused(reader.list_accounts) == "AccessDeniedException"
        service = "config.amazonaws.com"
        register = client.register_delegated_administrator
        assert refused(register, AccountId=member, ServicePrincipal=service) == "ConstraintViolationException"
        client.enable_aws_service_access(ServicePrincipal=service)
        register(AccountId=member, ServicePrincipal=service)
        assert len(reader.list_accounts()["Accounts"]) == 2
        assert refused(reader.create_organizational_unit, ParentId="r-abcd", Name="x") == (
            "AccessDeniedException"
        )
        client.deregister_delegated_administrator(AccountId=member, ServicePrincipal=service)
        assert refused(reader.list_accounts) == "AccessDeniedException"

    def test_the_management_account_is_no_delegated_administrator(self, rehearsal: Rehearsal) -> None:
        client = rehearsal.organization()
        client.enable_aws_service_access(ServicePrincipal="config.amazonaws.com")
        assert (
            refused(
                client.register_delegated_administrator,
                AccountId=MANAGEMENT,
                ServicePrincipal="config.amazonaws.com",
            )
            == "ConstraintViolationException"
        )


class TestSessions:
    def trust(self, rehearsal: Rehearsal, name: str = "role", **more: Any) -> str:
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{MANAGEMENT}:root"},
            "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
            **more,
        }
        made = rehearsal.client("iam").create_role(
            RoleName=name, AssumeRolePolicyDocument=policy(statement), MaxSessionDuration=7200
        )
        return str(made["Role"]["Arn"])

    def test_a_role_asks_for_an_external_id(self, rehearsal: Rehearsal) -> None:
        arn = self.trust(rehearsal, Condition={"StringEquals": {"sts:ExternalId": "sesame"}})
        assume = rehearsal.client("sts").assume_role
        assert refused(assume, RoleArn=arn, RoleSessionName="one") == "AccessDenied"
        assume(RoleArn=arn, RoleSessionName="one", ExternalId="sesame")

    def test_tags_of_a_session_are_those_of_its_principal(self, rehearsal: Rehearsal) -> None:
        arn = self.trust(rehearsal)
        may = {
            "Effect": "Allow",
            "Action": "sns:*",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:PrincipalTag/team": "search"}},
        }
        rehearsal.client("iam").put_role_policy(RoleName="role", PolicyName="p", PolicyDocument=policy(may))
        tags = [{"Key": "team", "Value": "search"}]
        tagged = rehearsal.into(MANAGEMENT, "role", Tags=tags, SourceIdentity="me")
        rehearsal.client("sns", tagged).list_topics()
        plain = rehearsal.into(MANAGEMENT, "role")
        assert refused(rehearsal.client("sns", plain).list_topics) == "AuthorizationError"
        assert arn.endswith(":role/role")

    @pytest.mark.parametrize("seconds", [7201, 43200])
    def test_a_session_lasts_no_longer_than_its_role_allows(self, rehearsal: Rehearsal, seconds: int) -> None:
        arn = self.trust(rehearsal)
        assume = rehearsal.client("sts").assume_role
        assert refused(assume, RoleArn=arn, RoleSessionName="one", DurationSeconds=seconds) == (
            "ValidationError"
        )
        assume(RoleArn=arn, RoleSessionName="one", DurationSeconds=7200)

    def test_a_chained_session_lasts_an_hour_at_most(self, rehearsal: Rehearsal) -> None:
        arn = self.trust(rehearsal)
        may = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}
        rehearsal.client("iam").put_role_policy(RoleName="role", PolicyName="p", PolicyDocument=policy(may))
        chained = rehearsal.client("sts", rehearsal.into(MANAGEMENT, "role")).assume_role
        given = {"RoleArn": arn, "RoleSessionName": "one"}
        assert refused(chained, **given, DurationSeconds=3601) == "ValidationError"
        chained(**given, DurationSeconds=3600)

    def test_a_key_is_of_no_use_without_its_token_or_after_its_time(self, rehearsal: Rehearsal) -> None:
        arn = self.trust(rehearsal)
        made = rehearsal.client("sts").assume_role(RoleArn=arn, RoleSessionName="one", DurationSeconds=900)
        key, token = made["Credentials"]["AccessKeyId"], made["Credentials"]["SessionToken"]

        def identified(session_token: str | None) -> str:
            asked = Identified(key, session_token, "us-east-1", "", None)
            return authenticated(rehearsal.world, asked, {}).arn

        assert identified(token).endswith(":assumed-role/role/one")
        for wrong in (None, "other"):
            with pytest.raises(ServiceError, match="security token included in the request is invalid"):
                identified(wrong)
        rehearsal.clock.go(seconds=901)
        with pytest.raises(ServiceError, match="expired"):
            identified(token)

    def test_an_inactive_key_of_a_user_is_of_no_use(self, rehearsal: Rehearsal) -> None:
        iam = rehearsal.client("iam")
        key = iam.create_access_key(UserName="administrator")["AccessKey"]["AccessKeyId"]
        asked = Identified(key, None, "us-east-1", "", None)
        assert authenticated(rehearsal.world, asked, {}).arn.endswith(":user/administrator")
        iam.update_access_key(UserName="administrator", AccessKeyId=key, Status="Inactive")
        with pytest.raises(ServiceError, match="invalid"):
            authenticated(rehearsal.world, asked, {})


class TestIam:
    @pytest.mark.parametrize(
        "document",
        [
            "{",
            policy({"Effect": "Allow", "Action": "sns:*"}),
            policy({"Effect": "Allow", "Principal": "*", "Action": "sns:*", "Resource": "*"}),
        ],
    )
    def test_a_policy_of_an_identity_must_be_one(self, rehearsal: Rehearsal, document: str) -> None:
        create = rehearsal.client("iam").create_policy
        assert refused(create, PolicyName="p", PolicyDocument=document) == "MalformedPolicyDocument"

    def test_a_trust_policy_names_roles_that_are_there(self, rehearsal: Rehearsal) -> None:
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{MANAGEMENT}:role/later"},
            "Action": "sts:AssumeRole",
        }
        iam = rehearsal.client("iam")
        create = iam.create_role
        given = {"RoleName": "first", "AssumeRolePolicyDocument": policy(statement)}
        assert refused(create, **given) == "MalformedPolicyDocument"
        other = {**statement, "Principal": {"Service": "lambda.amazonaws.com"}}
        create(RoleName="later", AssumeRolePolicyDocument=policy(other))
        create(**given)

    def test_what_is_in_use_is_not_deleted(self, rehearsal: Rehearsal) -> None:
        iam = rehearsal.client("iam")
        may = policy({"Effect": "Allow", "Action": "sns:*", "Resource": "*"})
        arn = iam.create_policy(PolicyName="p", PolicyDocument=may)["Policy"]["Arn"]
        iam.create_user(UserName="u")
        iam.attach_user_policy(UserName="u", PolicyArn=arn)
        key = iam.create_access_key(UserName="u")["AccessKey"]["AccessKeyId"]
        assert refused(iam.delete_policy, PolicyArn=arn) == "DeleteConflict"
        assert refused(iam.delete_user, UserName="u") == "DeleteConflict"
        iam.detach_user_policy(UserName="u", PolicyArn=arn)
        assert refused(iam.delete_user, UserName="u") == "DeleteConflict"
        iam.delete_access_key(UserName="u", AccessKeyId=key)
        iam.delete_user(UserName="u")
        iam.delete_policy(PolicyArn=arn)

    def test_sizes_and_numbers_are_limited(self, rehearsal: Rehearsal) -> None:
        iam = rehearsal.client("iam")
        iam.create_user(UserName="u")
        long = policy({"Effect": "Allow", "Action": "sns:*", "Resource": "arn:aws:sns:*:*:" + "a" * 2000})
        assert refused(iam.put_user_policy, UserName="u", PolicyName="p", PolicyDocument=long) == (
            "LimitExceeded"
        )
        longer = policy({"Effect": "Allow", "Action": "sns:*", "Resource": "arn:aws:sns:*:*:" + "a" * 6200})
        assert refused(iam.create_policy, PolicyName="p", PolicyDocument=longer) == "LimitExceeded"
        may = policy({"Effect": "Allow", "Action": "sns:*", "Resource": "*"})
        arns = [
            iam.create_policy(PolicyName=f"p{number}", PolicyDocument=may)["Policy"]["Arn"]
            for number in range(quota("managed_policies_per_user").limit + 1)
        ]
        for arn in arns[:-1]:
            iam.attach_user_policy(UserName="u", PolicyArn=arn)
        assert refused(iam.attach_user_policy, UserName="u", PolicyArn=arns[-1]) == "LimitExceeded"

    def test_a_service_linked_role_is_its_services_own(self, rehearsal: Rehearsal) -> None:
        iam = rehearsal.client("iam")
        role = iam.create_service_linked_role(AWSServiceName="config.amazonaws.com")["Role"]
        assert role["Arn"].endswith(":role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig")
        may = policy({"Effect": "Allow", "Action": "sns:*", "Resource": "*"})
        name = role["RoleName"]
        assert refused(iam.put_role_policy, RoleName=name, PolicyName="p", PolicyDocument=may) == (
            "UnmodifiableEntity"
        )
        assert refused(iam.delete_role, RoleName=name) == "UnmodifiableEntity"
        iam.delete_service_linked_role(RoleName=name)
        assert refused(iam.get_role, RoleName=name) == "NoSuchEntity"
