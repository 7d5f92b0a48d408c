"""The strategy's five commands as they are printed there: what the guide says of each is what AWS answers.

Where a printed value stands for one that AWS makes up, the value stands here; nothing else is changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.conftest import REPOSITORY
from tests.e2e.deployment.guide import EXAMPLE, GUIDE
from tests.e2e.emulator.aws_cli import AwsCli, AwsCliError, python_of_the_cli
from tests.e2e.emulator.running import started

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

SCP = (
    "organizations",
    "create-policy",
    "--name",
    "BedrockEnterpriseControls",
    "--type",
    "SERVICE_CONTROL_POLICY",
)
STACK_SET = ("--stack-set-name", "enterprise-bedrock-monitoring")
TEMPLATE = ("--template-body", "file://multi-account-stackset-template.yaml")


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AwsCli]:
    """The CLI beside the strategy's files, as the administrator of an untouched organization."""
    python = python_of_the_cli()
    folder = tmp_path_factory.mktemp("strategy")
    for file in (
        "cloudformation/multi-account-stackset-template.yaml",
        "cloudformation/hub-access-template.yaml",
        "cloudformation/security-hub-account-template.yaml",
        "governance/scp-bedrock-enterprise-controls.json",
    ):
        (folder / file.rpartition("/")[2]).symlink_to(REPOSITORY / file)
    with started("--accounts", str(EXAMPLE), folder=folder) as running:
        yield AwsCli(python, running, folder)


def refusal(aws: AwsCli, *words: str) -> str:
    """What is said instead of doing it."""
    with pytest.raises(AwsCliError) as refused:
        aws(*words)
    return str(refused.value)


def test_a_policy_is_not_made_without_a_description(aws: AwsCli) -> None:
    content = ("--content", "file://scp-bedrock-enterprise-controls.json")
    assert "the following arguments are required: --description" in refusal(aws, *SCP, *content)


def test_a_policy_is_attached_to_an_ou_as_printed_once_its_type_is_switched_on(aws: AwsCli) -> None:
    content = ("--content", "file://scp-bedrock-enterprise-controls.json", "--description", "")
    made = aws(*SCP, *content)["Policy"]["PolicySummary"]["Id"]
    attached = ("organizations", "attach-policy", "--policy-id", made, "--target-id", "ou-a1b2-workprod1")
    root = aws("organizations", "list-roots")["Roots"][0]
    if not any(one["Type"] == "SERVICE_CONTROL_POLICY" for one in root["PolicyTypes"]):
        assert "PolicyTypeNotEnabled" in refusal(aws, *attached)
        aws(
            "organizations",
            "enable-policy-type",
            "--root-id",
            root["Id"],
            "--policy-type",
            "SERVICE_CONTROL_POLICY",
        )
    aws(*attached)
    told = aws("organizations", "list-targets-for-policy", "--policy-id", made)["Targets"]
    assert [one["TargetId"] for one in told] == ["ou-a1b2-workprod1"]


def test_the_hub_is_deployed_as_printed_and_its_roles_with_names_need_another_capability(aws: AwsCli) -> None:
    def printed(template: str, stack: str) -> tuple[str, ...]:
        return (
            *("cloudformation", "deploy", "--template-file", template, "--stack-name", stack),
            *("--capabilities", "CAPABILITY_IAM"),
        )

    # The change set is made, which is where capabilities are asked for, and not carried out.
    aws(*printed("security-hub-account-template.yaml", "enterprise-bedrock-hub"), "--no-execute-changeset")
    refused = refusal(aws, *printed("hub-access-template.yaml", "enterprise-bedrock-access"))
    assert "Requires capabilities : [CAPABILITY_NAMED_IAM]" in refused


def test_a_stack_set_needs_capabilities_and_is_deployed_to_ous(aws: AwsCli) -> None:
    printed = ("cloudformation", "create-stack-set", *STACK_SET, *TEMPLATE)
    assert "CAPABILITY_NAMED_IAM" in refusal(aws, *printed)
    working = (
        "--permission-model",
        "SERVICE_MANAGED",
        "--auto-deployment",
        "Enabled=true,RetainStacksOnAccountRemoval=false",
        "--capabilities",
        "CAPABILITY_NAMED_IAM",
    )
    aws("cloudformation", "activate-organizations-access")
    aws(*printed, *working)
    instances = (
        *("cloudformation", "create-stack-instances", *STACK_SET),
        *("--accounts", "333333333333", "444444444444", "555555555555"),
        *("--regions", "us-east-1", "us-west-2"),
    )
    assert "DeploymentTargets" in refusal(aws, *instances)


def test_the_guide_tells_of_each_of_them() -> None:
    told = GUIDE.read_text("utf-8").partition("## The five commands of the strategy")[2].partition("\n## ")[0]
    for command in ("create-policy", "attach-policy", "deploy", "create-stack-set", "create-stack-instances"):
        assert f"| `{command}` " in told
