"""What compiled policies of a role allow, asked of the simulator."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from craton.codec.policy_source import read_policy
from craton.registry.iam import iam_reference
from craton.registry.inference import inference_profiles, inference_surfaces
from craton.simulator.authorizer import Authorizer
from craton.simulator.bedrock_call import BedrockCall
from craton.simulator.call_decision import CallJudge
from craton.simulator.request import Request

if TYPE_CHECKING:
    from craton.core.policy import Policy
    from craton.simulator.policy_set import PolicySet

TODAY = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)


def policy(document: dict[str, Any], account: str) -> Policy:
    """A compiled document, as it is in an account."""
    text = json.dumps(document).replace('{"Ref": "AWS::AccountId"}', json.dumps(account))
    text = text.replace("${AWS::AccountId}", account).replace("${AWS::Partition}", "aws")
    found, problems = read_policy(text.encode(), "compiled")
    assert found is not None, problems
    return found


def allowed_call(policies: PolicySet, model: str, region: str = "us-east-1", **more: Any) -> str:
    """What becomes of a call by a role of the account."""
    judge = CallJudge(
        policies,
        surfaces=inference_surfaces(),
        profiles=inference_profiles(),
        reference=iam_reference(),
    )
    account = policies.account
    told = {"principal": f"arn:aws:iam::{account}:role/bedrock/x", "api": "Converse", "at": TODAY, **more}
    return judge.decide(BedrockCall(account=account, model=model, region=region, **told)).outcome


def allowed(policies: PolicySet, action: str, resource: str = "*", *, principal: str, **context: str) -> str:
    """What becomes of one request; in the names of context keys, `__` stands for the colon."""
    keys = {name.replace("__", ":"): (value,) for name, value in context.items()}
    request = Request(principal=principal, action=action, resource=resource, context=keys)
    return Authorizer(policies).decide(request).outcome
