from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.unit.emulator.rehearsal import MANAGEMENT, Rehearsal

from craton.emulator.credentials import Caller, role_session


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(*actions: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}


def deny(*actions: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": list(actions), "Resource": resource, **more}


def refused(call: Any, **parameters: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_user_without_policies_may_do_nothing_but_ask_who_it_is(rehearsal: Rehearsal) -> None:
    iam = rehearsal.client("iam")
    iam.create_user(UserName="nobody")
    key = iam.create_access_key(UserName="nobody")["AccessKey"]["AccessKeyId"]
    nobody = rehearsal.caller_of(key)
    assert rehearsal.client("sts", nobody).get_caller_identity()["Arn"].endswith(":user/nobody")
    code, message = refused(rehearsal.client("sns", nobody).list_topics)
    assert code == "AuthorizationError"
    assert message == (
        f"User: arn:aws:iam::{MANAGEMENT}:user/nobody is not authorized to perform: sns:ListTopics "
        "because no identity-based policy allows the sns:ListTopics action"
    )


def test_what_a_group_may_its_users_may(rehearsal: Rehearsal) -> None:
    iam = rehearsal.client("iam")
    iam.create_user(UserName="reader")
    reader = rehearsal.caller_of(iam.create_access_key(UserName="reader")["AccessKey"]["AccessKeyId"])
    iam.create_group(GroupName="readers")
    iam.put_group_policy(
        GroupName="readers", PolicyName="read", PolicyDocument=policy(allow("sns:ListTopics"))
    )
    iam.add_user_to_group(GroupName="readers", UserName="reader")
    assert rehearsal.client("sns", reader).list_topics()["Topics"] == []
    iam.remove_user_from_group(GroupName="readers", UserName="reader")
    assert refused(rehearsal.client("sns", reader).list_topics)[0] == "AuthorizationError"


def test_the_boundary_of_a_user_holds_and_is_told(rehearsal: Rehearsal) -> None:
    iam = rehearsal.client("iam")
    arn = iam.create_policy(PolicyName="edge", PolicyDocument=policy(allow("sns:*")))["Policy"]["Arn"]
    iam.create_user(UserName="bound", PermissionsBoundary=arn)
    iam.put_user_policy(UserName="bound", PolicyName="all", PolicyDocument=policy(allow("*")))
    bound = rehearsal.caller_of(iam.create_access_key(UserName="bound")["AccessKey"]["AccessKeyId"])
    assert iam.get_user(UserName="bound")["User"]["PermissionsBoundary"] == {
        "PermissionsBoundaryType": "PermissionsBoundaryPolicy",
        "PermissionsBoundaryArn": arn,
    }
    rehearsal.client("sns", bound).list_topics()
    code, message = refused(rehearsal.client("iam", bound).list_users)
    assert code == "AccessDenied"
    assert message.endswith("because no permissions boundary allows the iam:ListUsers action")
    iam.delete_user_permissions_boundary(UserName="bound")
    rehearsal.client("iam", bound).list_users()
    assert "PermissionsBoundary" not in iam.get_user(UserName="bound")["User"]


def test_the_boundary_of_a_role_holds(rehearsal: Rehearsal) -> None:
    member = rehearsal.member("dev")
    inside = rehearsal.into(member)
    iam = rehearsal.client("iam", inside)
    edge = iam.create_policy(PolicyName="edge", PolicyDocument=policy(allow("sns:*")))["Policy"]["Arn"]
    trust = policy(
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{MANAGEMENT}:root"},
            "Action": "sts:AssumeRole",
        }
    )
    iam.create_role(RoleName="edged", AssumeRolePolicyDocument=trust, PermissionsBoundary=edge)
    iam.put_role_policy(RoleName="edged", PolicyName="all", PolicyDocument=policy(allow("*")))
    edged = rehearsal.into(member, "edged")
    rehearsal.client("sns", edged).list_topics()
    message = refused(rehearsal.client("iam", edged).list_users)[1]
    assert message.endswith("because no permissions boundary allows the iam:ListUsers action")


@pytest.mark.parametrize("by_arn", [False, True], ids=["text", "ARN"])
def test_a_session_is_narrowed_by_its_policies(rehearsal: Rehearsal, by_arn: bool) -> None:
    member = rehearsal.member("dev")
    narrowing: dict[str, Any] = {"Policy": policy(allow("sns:*"))}
    if by_arn:
        narrowing = {"PolicyArns": [{"arn": "arn:aws:iam::aws:policy/AmazonSNSFullAccess"}]}
    narrow = rehearsal.into(member, **narrowing)
    rehearsal.client("sns", narrow).list_topics()
    message = refused(rehearsal.client("iam", narrow).list_users)[1]
    assert message.endswith("because no session policy allows the iam:ListUsers action")


def test_a_session_policy_that_does_not_exist_is_refused(rehearsal: Rehearsal) -> None:
    member = rehearsal.member("dev")
    code, _ = refused(
        rehearsal.client("sts").assume_role,
        RoleArn=f"arn:aws:iam::{member}:role/OrganizationAccountAccessRole",
        RoleSessionName="one",
        PolicyArns=[{"arn": "arn:aws:iam::aws:policy/NoSuchPolicy"}],
    )
    assert code == "ValidationError"


def test_an_scp_holds_for_members_and_their_root_user_but_not_for_the_management_account(
    rehearsal: Rehearsal,
) -> None:
    organization = rehearsal.organization()
    member = rehearsal.member("dev")
    made = organization.create_policy(
        Name="no-topics", Type="SERVICE_CONTROL_POLICY", Description="", Content=policy(deny("sns:*"))
    )["Policy"]["PolicySummary"]
    organization.attach_policy(PolicyId=made["Id"], TargetId=organization.list_roots()["Roots"][0]["Id"])
    root = rehearsal.world.keyring.root_key(member).caller
    for caller in (rehearsal.into(member), root):
        code, message = refused(rehearsal.client("sns", caller).list_topics)
        assert code == "AuthorizationError"
        assert message.endswith(f"with an explicit deny in a service control policy: {made['Arn']}")
    rehearsal.client("sns").list_topics()


def test_no_scp_meets_a_service_linked_role(rehearsal: Rehearsal) -> None:
    organization = rehearsal.organization()
    member = rehearsal.member("dev")
    made = organization.create_policy(
        Name="no-topics", Type="SERVICE_CONTROL_POLICY", Description="", Content=policy(deny("*"))
    )["Policy"]["PolicySummary"]
    organization.attach_policy(PolicyId=made["Id"], TargetId=member)
    session = role_session(
        f"arn:aws:iam::{member}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig", "config"
    )
    message = refused(rehearsal.client("sns", session).list_topics)[1]
    assert message.endswith("because no identity-based policy allows the sns:ListTopics action")


def test_the_root_user_assumes_no_role(rehearsal: Rehearsal) -> None:
    member = rehearsal.member("dev")
    assert refused(
        rehearsal.client("sts", rehearsal.root).assume_role,
        RoleArn=f"arn:aws:iam::{member}:role/OrganizationAccountAccessRole",
        RoleSessionName="one",
    ) == ("AccessDenied", "Roles may not be assumed by root accounts.")


def test_sts_does_not_say_whether_a_role_is_there(rehearsal: Rehearsal) -> None:
    member = rehearsal.member("dev")
    other = rehearsal.admin(member)
    arn = f"arn:aws:iam::{MANAGEMENT}:role/Nobody"
    code, message = refused(rehearsal.client("sts", other).assume_role, RoleArn=arn, RoleSessionName="one")
    assert code == "AccessDenied"
    assert message == (
        f"User: arn:aws:iam::{member}:user/administrator is not authorized to perform: sts:AssumeRole "
        f"on resource: {arn}"
    )


TRUST = policy(
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
)


def test_whoever_hands_a_role_to_a_service_must_be_allowed_to_pass_it_there(rehearsal: Rehearsal) -> None:
    iam = rehearsal.client("iam")
    role = iam.create_role(RoleName="function", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    iam.create_user(UserName="builder")
    builder = rehearsal.caller_of(iam.create_access_key(UserName="builder")["AccessKey"]["AccessKeyId"])
    create = {
        "FunctionName": "one",
        "Runtime": "python3.12",
        "Role": role,
        "Handler": "index.handler",
        "Code": {"ZipFile": b"PK\x05\x06" + bytes(18)},
    }
    iam.put_user_policy(UserName="builder", PolicyName="p", PolicyDocument=policy(allow("lambda:*")))
    client = rehearsal.client("lambda", builder)
    code, message = refused(client.create_function, **create)
    assert code == "AccessDeniedException"
    assert f"iam:PassRole on resource: {role} because no identity-based policy allows" in message
    for service, is_let in (("ecs.amazonaws.com", False), ("lambda.amazonaws.com", True)):
        passing = allow(
            "iam:PassRole", resource=role, Condition={"StringEquals": {"iam:PassedToService": service}}
        )
        iam.put_user_policy(
            UserName="builder", PolicyName="p", PolicyDocument=policy(allow("lambda:*"), passing)
        )
        if is_let:
            client.create_function(**create)
        else:
            assert refused(client.create_function, **create)[0] == "AccessDeniedException"


def test_policies_may_decide_by_the_tags_that_a_call_brings(rehearsal: Rehearsal) -> None:
    iam = rehearsal.client("iam")
    iam.create_user(UserName="tagger")
    tagger = rehearsal.caller_of(iam.create_access_key(UserName="tagger")["AccessKey"]["AccessKeyId"])
    condition = {
        "StringEquals": {"aws:RequestTag/team": "search"},
        "ForAllValues:StringEquals": {"aws:TagKeys": ["team"]},
    }
    statement = allow("sns:CreateTopic", "sns:TagResource", Condition=condition)
    iam.put_user_policy(UserName="tagger", PolicyName="p", PolicyDocument=policy(statement))
    sns = rehearsal.client("sns", tagger)
    sns.create_topic(Name="one", Tags=[{"Key": "team", "Value": "search"}])
    for tags in ([], [("team", "ads")], [("team", "search"), ("more", "yes")]):
        told = [{"Key": key, "Value": value} for key, value in tags]
        assert refused(sns.create_topic, Name="two", Tags=told)[0] == "AuthorizationError"


def test_policies_may_decide_by_the_tags_of_a_role(rehearsal: Rehearsal) -> None:
    iam = rehearsal.client("iam")
    for name, owner in (("mine", "me"), ("yours", "you")):
        iam.create_role(
            RoleName=name, AssumeRolePolicyDocument=TRUST, Tags=[{"Key": "owner", "Value": owner}]
        )
    iam.create_user(UserName="owner")
    me = rehearsal.caller_of(iam.create_access_key(UserName="owner")["AccessKey"]["AccessKeyId"])
    own = allow("iam:GetRole", Condition={"StringEquals": {"aws:ResourceTag/owner": "me"}})
    iam.put_user_policy(UserName="owner", PolicyName="p", PolicyDocument=policy(own))
    rehearsal.client("iam", me).get_role(RoleName="mine")
    assert refused(rehearsal.client("iam", me).get_role, RoleName="yours")[0] == "AccessDenied"


def test_making_roles_can_be_delegated_by_their_boundary(rehearsal: Rehearsal) -> None:
    iam = rehearsal.client("iam")
    edge = iam.create_policy(PolicyName="edge", PolicyDocument=policy(allow("sns:*")))["Policy"]["Arn"]
    iam.create_user(UserName="maker")
    maker = rehearsal.caller_of(iam.create_access_key(UserName="maker")["AccessKey"]["AccessKeyId"])
    only = allow("iam:CreateRole", Condition={"ArnEquals": {"iam:PermissionsBoundary": edge}})
    iam.put_user_policy(UserName="maker", PolicyName="p", PolicyDocument=policy(only))
    create = rehearsal.client("iam", maker).create_role
    assert refused(create, RoleName="free", AssumeRolePolicyDocument=TRUST)[0] == "AccessDenied"
    create(RoleName="edged", AssumeRolePolicyDocument=TRUST, PermissionsBoundary=edge)


def test_nobody_in_a_suspended_account_can_do_anything(rehearsal: Rehearsal) -> None:
    member = rehearsal.member("dev")
    session = rehearsal.into(member)
    rehearsal.organization().close_account(AccountId=member)
    assert refused(rehearsal.client("sns", session).list_topics)[0] == "AuthorizationError"
    assert (
        refused(
            rehearsal.client("sts").assume_role,
            RoleArn=f"arn:aws:iam::{member}:role/OrganizationAccountAccessRole",
            RoleSessionName="one",
        )[0]
        == "AccessDenied"
    )


def test_a_call_of_cloudformation_for_its_caller_says_so(rehearsal: Rehearsal) -> None:
    iam = rehearsal.client("iam")
    iam.create_user(UserName="stacker")
    stacker = rehearsal.caller_of(iam.create_access_key(UserName="stacker")["AccessKey"]["AccessKeyId"])
    only = allow("sns:*", Condition={"StringEquals": {"aws:CalledViaFirst": "cloudformation.amazonaws.com"}})
    iam.put_user_policy(
        UserName="stacker", PolicyName="p", PolicyDocument=policy(allow("cloudformation:*"), only)
    )
    assert refused(rehearsal.client("sns", stacker).list_topics)[0] == "AuthorizationError"
    cloudformation = rehearsal.client("cloudformation", stacker)
    body = json.dumps({"Resources": {"T": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "one"}}}})
    cloudformation.create_stack(StackName="one", TemplateBody=body)
    rehearsal.rest()
    assert cloudformation.describe_stacks()["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"


def user_with(rehearsal: Rehearsal, *statements: dict[str, Any]) -> Caller:
    """A user who may do what the statements say."""
    iam = rehearsal.client("iam")
    iam.create_user(UserName="someone")
    iam.put_user_policy(UserName="someone", PolicyName="p", PolicyDocument=policy(*statements))
    return rehearsal.caller_of(iam.create_access_key(UserName="someone")["AccessKey"]["AccessKeyId"])


def test_roles_are_authorised_by_their_path(rehearsal: Rehearsal) -> None:
    someone = user_with(rehearsal, allow("iam:*", resource=f"arn:aws:iam::{MANAGEMENT}:role/team/*"))
    iam = rehearsal.client("iam", someone)
    iam.create_role(RoleName="ours", Path="/team/", AssumeRolePolicyDocument=TRUST)
    iam.put_role_policy(RoleName="ours", PolicyName="p", PolicyDocument=policy(allow("s3:*")))
    create = iam.create_role
    assert refused(create, RoleName="theirs", AssumeRolePolicyDocument=TRUST)[0] == "AccessDenied"
    rehearsal.client("iam").create_role(RoleName="theirs", AssumeRolePolicyDocument=TRUST)
    assert refused(iam.delete_role, RoleName="theirs")[0] == "AccessDenied"


def test_stacks_and_stack_sets_are_authorised_by_their_names(rehearsal: Rehearsal) -> None:
    own = f"arn:aws:cloudformation:*:{MANAGEMENT}:stack"
    someone = user_with(
        rehearsal,
        allow("cloudformation:*", resource=f"{own}/ours-*/*"),
        allow("cloudformation:DescribeStackSet", resource=f"{own}set/ours:*"),
        allow("sns:*"),
    )
    client = rehearsal.client("cloudformation", someone)
    body = json.dumps({"Resources": {"T": {"Type": "AWS::SNS::Topic"}}})
    client.create_stack(StackName="ours-1", TemplateBody=body)
    rehearsal.rest()
    client.describe_stacks(StackName="ours-1")
    assert refused(client.create_stack, StackName="theirs", TemplateBody=body)[0] == "AccessDenied"
    for name in ("ours", "theirs"):
        rehearsal.client("cloudformation").create_stack_set(StackSetName=name, TemplateBody=body)
    client.describe_stack_set(StackSetName="ours")
    assert refused(client.describe_stack_set, StackSetName="theirs")[0] == "AccessDenied"


def test_parts_of_the_organization_are_each_authorised(rehearsal: Rehearsal) -> None:
    organization = rehearsal.organization()
    first, second = rehearsal.unit("first"), rehearsal.unit("second")
    described = organization.describe_organizational_unit(OrganizationalUnitId=first)
    made = organization.create_policy(
        Name="p", Type="SERVICE_CONTROL_POLICY", Description="", Content=policy(deny("sns:*"))
    )["Policy"]["PolicySummary"]
    attach = "organizations:AttachPolicy"
    someone = user_with(
        rehearsal,
        allow(attach, resource=described["OrganizationalUnit"]["Arn"]),
        allow(attach, resource=made["Arn"]),
    )
    client = rehearsal.client("organizations", someone)
    client.attach_policy(PolicyId=made["Id"], TargetId=first)
    code, message = refused(client.attach_policy, PolicyId=made["Id"], TargetId=second)
    assert code == "AccessDeniedException"
    assert f"/{second} because no identity-based policy allows" in message
