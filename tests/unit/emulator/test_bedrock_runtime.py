from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from ruamel.yaml import YAML

from craton.emulator.credentials import role_session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from craton.emulator.world import World

MODEL = "anthropic.claude-sonnet-4-6"
US = f"us.{MODEL}"
GLOBAL = f"global.{MODEL}"
BLOCKED = {"blockedInputMessaging": "not in", "blockedOutputsMessaging": "not out"}
ALLOW_ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def refused(code: str, call: Callable[..., Any], *arguments: Any, **parameters: Any) -> str:
    """The message with which a call is refused with that code."""
    with pytest.raises(ClientError) as raised:
        call(*arguments, **parameters)
    error: Mapping[str, str] = raised.value.response["Error"]
    assert error["Code"] == code
    return error["Message"]


def said(runtime: Any, text: str, model: str = MODEL, **more: Any) -> dict[str, Any]:
    """What Converse answers to one message."""
    messages = [{"role": "user", "content": [{"text": text}]}]
    answer: dict[str, Any] = runtime.converse(modelId=model, messages=messages, **more)
    return answer


def text_of(answer: Mapping[str, Any]) -> str:
    """The text of an answer of Converse."""
    text: str = answer["output"]["message"]["content"][0]["text"]
    return text


def guardrail(bedrock: Any, name: str = "guard", **policies: Any) -> dict[str, str]:
    """How calls name version 1 of a new guardrail."""
    made = bedrock.create_guardrail(name=name, **BLOCKED, **policies)["guardrailId"]
    bedrock.create_guardrail_version(guardrailIdentifier=made)
    return {"guardrailIdentifier": made, "guardrailVersion": "1"}


def words(*found: str) -> dict[str, Any]:
    """A policy that blocks these words."""
    return {"wordPolicyConfig": {"wordsConfig": [{"text": word} for word in found]}}


def personal(kind: str, action: str = "ANONYMIZE", **more: Any) -> dict[str, Any]:
    """A policy on a type of personal data."""
    entity = {"type": kind, "action": action, **more}
    return {"sensitiveInformationPolicyConfig": {"piiEntitiesConfig": [entity]}}


def role(world: World, client: Callable[..., Any], *statements: Mapping[str, Any], name: str = "app") -> Any:
    """A client of the runtime in a new role that has these statements."""
    iam = client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": "111111111111"}, "Action": "sts:AssumeRole"}
    document = {"Version": "2012-10-17", "Statement": [trust]}
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document))
    policy = {"Version": "2012-10-17", "Statement": list(statements)}
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=json.dumps(policy))
    caller = role_session(f"arn:aws:iam::111111111111:role/{name}", "session")
    return world.inside.client("bedrock-runtime", "us-east-1", caller)


class TestAnswers:
    def test_a_model_repeats_what_was_said_last_and_counts_by_its_rule(
        self, client: Callable[..., Any]
    ) -> None:
        answer = said(client("bedrock-runtime"), "eight ch")
        assert text_of(answer) == "You said: eight ch"
        assert answer["usage"] == {"inputTokens": 2, "outputTokens": 5, "totalTokens": 7}
        assert answer["stopReason"] == "end_turn"

    def test_the_same_question_takes_the_same_time(self, client: Callable[..., Any]) -> None:
        runtime = client("bedrock-runtime")
        assert said(runtime, "again")["metrics"] == said(runtime, "again")["metrics"]

    def test_an_answer_is_cut_at_its_most_tokens_and_at_stop_sequences(
        self, client: Callable[..., Any]
    ) -> None:
        runtime = client("bedrock-runtime")
        cut = said(runtime, "a long text that goes on", inferenceConfig={"maxTokens": 4})
        assert (cut["stopReason"], cut["usage"]["outputTokens"]) == ("max_tokens", 4)
        stopped = said(runtime, "until STOP and no more", inferenceConfig={"stopSequences": ["STOP"]})
        assert (stopped["stopReason"], text_of(stopped)) == ("stop_sequence", "You said: until ")

    def test_a_stream_brings_the_same_answer_in_events(self, client: Callable[..., Any]) -> None:
        runtime = client("bedrock-runtime")
        question = "a question of more words than one event holds"
        messages = [{"role": "user", "content": [{"text": question}]}]
        events = list(runtime.converse_stream(modelId=MODEL, messages=messages)["stream"])
        kinds = [next(iter(event)) for event in events]
        assert kinds[0] == "messageStart"
        assert kinds.count("contentBlockDelta") > 1
        assert kinds[-3:] == ["contentBlockStop", "messageStop", "metadata"]
        deltas = [one["contentBlockDelta"]["delta"]["text"] for one in events if "contentBlockDelta" in one]
        assert "".join(deltas) == f"You said: {question}"
        assert events[-1]["metadata"]["usage"] == said(runtime, question)["usage"]

    @pytest.mark.parametrize(
        ("model", "body", "where"),
        [
            (
                MODEL,
                {
                    "anthropic_version": "bedrock-2023-05-31",
                    "max_tokens": 9,
                    "messages": [{"role": "user", "content": "hi"}],
                },
                ("content", 0, "text"),
            ),
            (
                "amazon.nova-lite-v1:0",
                {"messages": [{"role": "user", "content": [{"text": "hi"}]}]},
                ("output", "message", "content", 0, "text"),
            ),
            ("meta.llama3-1-70b-instruct-v1:0", {"prompt": "hi"}, ("generation",)),
        ],
    )
    def test_bodies_of_providers_are_read_and_written(
        self, client: Callable[..., Any], model: str, body: dict[str, Any], where: tuple[Any, ...]
    ) -> None:
        runtime = client("bedrock-runtime")
        answer = runtime.invoke_model(modelId=model, body=json.dumps(body))
        found: Any = json.loads(answer["body"].read())
        for step in where:
            found = found[step]
        assert found == "You said: hi"
        headers = answer["ResponseMetadata"]["HTTPHeaders"]
        assert headers["x-amzn-bedrock-input-token-count"] == "1"
        stream = runtime.invoke_model_with_response_stream(modelId=model, body=json.dumps(body))["body"]
        chunks = [json.loads(event["chunk"]["bytes"]) for event in stream]
        assert chunks[-1]["amazon-bedrock-invocationMetrics"]["outputTokenCount"] == 3

    def test_recorded_requests_are_answered_in_the_shape_of_the_recorded_replies(
        self, client: Callable[..., Any], shared_data: Path
    ) -> None:
        folder = next((shared_data / "bodies" / "otel-contrib").rglob("cassettes"))
        for family, model in (("amazon.nova", "amazon.nova-micro-v1:0"), ("anthropic.claude", MODEL)):
            recorded = YAML(typ="safe").load(folder / f"test_invoke_model_with_content[{family}].yaml")
            exchange = recorded["interactions"][0]
            body = exchange["request"]["body"]
            answer = client("bedrock-runtime").invoke_model(modelId=model, body=body)
            told = json.loads(exchange["response"]["body"]["string"])
            assert json.loads(answer["body"].read()).keys() == told.keys()
            headers = {name.lower() for name in exchange["response"]["headers"]}
            own = answer["ResponseMetadata"]["HTTPHeaders"]
            assert {name for name in headers if name.startswith("x-amzn-bedrock")} <= own.keys()

    @pytest.mark.parametrize(
        ("model", "body", "vectors"),
        [
            ("amazon.titan-embed-text-v2:0", {"inputText": "hi", "dimensions": 256}, [256]),
            ("amazon.titan-embed-text-v1", {"inputText": "hi"}, [1536]),
            ("cohere.embed-english-v3", {"texts": ["hi", "Ho"], "input_type": "search_query"}, [1024, 1024]),
        ],
    )
    def test_texts_become_vectors_that_follow_from_them(
        self, client: Callable[..., Any], model: str, body: dict[str, Any], vectors: list[int]
    ) -> None:
        runtime = client("bedrock-runtime")
        answers = [runtime.invoke_model(modelId=model, body=json.dumps(body)) for _ in range(2)]
        first, second = (json.loads(answer["body"].read()) for answer in answers)
        assert first == second
        found = first["embeddings"] if "embeddings" in first else [first["embedding"]]
        assert [len(one) for one in found] == vectors
        assert all(abs(sum(x * x for x in one) - 1) < 0.01 for one in found)
        assert "x-amzn-bedrock-output-token-count" not in answers[0]["ResponseMetadata"]["HTTPHeaders"]

    @pytest.mark.parametrize(
        ("model", "code", "why"),
        [
            ("nonsense", "ValidationException", "model identifier is invalid"),
            ("anthropic.claude-nonsense", "ValidationException", "model identifier is invalid"),
            (f"eu.{MODEL}", "ValidationException", "model identifier is invalid"),
            ("anthropic.claude-3-haiku-20240307-v1:0", "ResourceNotFoundException", "end of its life"),
            ("cohere.embed-english-v3", "ValidationException", "supported text or chat model"),
        ],
    )
    def test_models_that_do_not_answer_are_refused_as_aws_does(
        self, client: Callable[..., Any], model: str, code: str, why: str
    ) -> None:
        assert why in refused(code, said, client("bedrock-runtime"), "hi", model)

    @pytest.mark.parametrize(
        ("parameters", "named"),
        [
            ({"additionalModelRequestFields": {"k": 1}}, "additionalModelRequestFields"),
            ({"performanceConfig": {"latency": "optimized"}}, "performanceConfig"),
            ({"serviceTier": {"type": "reserved"}}, "reserved"),
            (
                {
                    "messages": [
                        {"role": "user", "content": [{"image": {"format": "png", "source": {"bytes": b"x"}}}]}
                    ]
                },
                "image",
            ),
            (
                {
                    "messages": [
                        {"role": "user", "content": [{"text": "x"}, {"cachePoint": {"type": "default"}}]}
                    ]
                },
                "cachePoint",
            ),
        ],
    )
    def test_what_is_not_emulated_is_refused_by_name(
        self, client: Callable[..., Any], parameters: dict[str, Any], named: str
    ) -> None:
        messages = [{"role": "user", "content": [{"text": "hi"}]}]
        with pytest.raises(ClientError, match=named) as raised:
            client("bedrock-runtime").converse(**{"modelId": MODEL, "messages": messages, **parameters})
        assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


class TestGuardrails:
    def test_a_word_of_the_prompt_blocks_before_the_model_reads(self, client: Callable[..., Any]) -> None:
        named = guardrail(client("bedrock"), **words("gadget"))
        answer = said(client("bedrock-runtime"), "the Gadget", guardrailConfig={**named, "trace": "enabled"})
        assert (text_of(answer), answer["stopReason"]) == ("not in", "guardrail_intervened")
        assert answer["usage"]["totalTokens"] == 0
        found = answer["trace"]["guardrail"]["inputAssessment"][named["guardrailIdentifier"]]
        assert found["wordPolicy"]["customWords"] == [
            {"match": "Gadget", "action": "BLOCKED", "detected": True}
        ]

    def test_a_word_blocks_the_answer_where_it_is_watched_there_alone(
        self, client: Callable[..., Any]
    ) -> None:
        policy = {"wordsConfig": [{"text": "gadget", "inputEnabled": False}]}
        named = guardrail(client("bedrock"), wordPolicyConfig=policy)
        answer = said(client("bedrock-runtime"), "the gadget", guardrailConfig=named)
        assert (text_of(answer), answer["stopReason"]) == ("not out", "guardrail_intervened")
        assert answer["usage"]["totalTokens"] > 0
        assert "trace" not in answer

    def test_words_are_found_by_themselves_alone(self, client: Callable[..., Any]) -> None:
        named = guardrail(client("bedrock"), **words("gadget", "two words"))
        runtime = client("bedrock-runtime")
        assert said(runtime, "gadgets", guardrailConfig=named)["stopReason"] == "end_turn"
        assert said(runtime, "TWO WORDS!", guardrailConfig=named)["stopReason"] == "guardrail_intervened"

    def test_personal_data_is_masked_on_its_way_to_the_model(self, client: Callable[..., Any]) -> None:
        named = guardrail(client("bedrock"), **personal("EMAIL"))
        answer = said(client("bedrock-runtime"), "write to jo@example.com", guardrailConfig=named)
        assert text_of(answer) == "You said: write to {EMAIL}"
        assert answer["stopReason"] == "guardrail_intervened"

    def test_what_is_only_watched_goes_on_and_is_told(self, client: Callable[..., Any]) -> None:
        named = guardrail(client("bedrock"), **personal("EMAIL", "NONE"))
        answer = said(
            client("bedrock-runtime"), "jo@example.com", guardrailConfig={**named, "trace": "enabled"}
        )
        assert answer["stopReason"] == "end_turn"
        told = answer["trace"]["guardrail"]["inputAssessment"][named["guardrailIdentifier"]]
        assert told["sensitiveInformationPolicy"]["piiEntities"][0]["action"] == "NONE"

    def test_filters_that_take_a_model_find_nothing(self, client: Callable[..., Any]) -> None:
        strong = {"type": "VIOLENCE", "inputStrength": "HIGH", "outputStrength": "HIGH"}
        named = guardrail(
            client("bedrock"),
            contentPolicyConfig={"filtersConfig": [strong]},
            topicPolicyConfig={"topicsConfig": [{"name": "t", "definition": "anything", "type": "DENY"}]},
        )
        answer = said(client("bedrock-runtime"), "violence", guardrailConfig={**named, "trace": "enabled"})
        told = answer["trace"]["guardrail"]["inputAssessment"][named["guardrailIdentifier"]]
        assert told.keys() == {"invocationMetrics"}
        assert told["invocationMetrics"]["usage"]["topicPolicyUnits"] == 1

    def test_only_marked_content_is_seen_where_some_is_marked(self, client: Callable[..., Any]) -> None:
        named = guardrail(client("bedrock"), **words("gadget"))
        content = [{"text": "the gadget"}, {"guardContent": {"text": {"text": "harmless"}}}]
        messages = [{"role": "user", "content": content}]
        runtime = client("bedrock-runtime")
        answer = runtime.converse(modelId=MODEL, messages=messages, guardrailConfig=named)
        assert answer["stopReason"] == "end_turn"
        content[1] = {"guardContent": {"text": {"text": "a gadget"}}}
        answer = runtime.converse(modelId=MODEL, messages=messages, guardrailConfig=named)
        assert answer["stopReason"] == "guardrail_intervened"

    def test_tags_in_a_body_mark_what_is_seen(self, client: Callable[..., Any]) -> None:
        named = guardrail(client("bedrock"), **words("gadget"))
        tag = "amazon-bedrock-guardrails-guardContent_xyz"
        body = {
            "anthropic_version": "bedrock-2023-05-31",
            "max_tokens": 50,
            "amazon-bedrock-guardrailConfig": {"tagSuffix": "xyz"},
        }
        answers = []
        for content in (f"gadget <{tag}>harmless</{tag}>", f"harmless <{tag}>gadget</{tag}>"):
            text = json.dumps({**body, "messages": [{"role": "user", "content": content}]})
            answer = client("bedrock-runtime").invoke_model(modelId=MODEL, body=text, **named)
            answers.append(json.loads(answer["body"].read())["amazon-bedrock-guardrailAction"])
        assert answers == ["NONE", "INTERVENED"]

    def test_a_guardrail_that_is_not_there_is_refused(self, client: Callable[..., Any]) -> None:
        named = guardrail(client("bedrock"), **words("gadget"))
        told = refused(
            "ValidationException",
            said,
            client("bedrock-runtime"),
            "hi",
            guardrailConfig={**named, "guardrailVersion": "2"},
        )
        assert told == "The guardrail identifier or version provided in the request does not exist."

    def test_apply_guardrail_tells_what_it_found_and_counts_text_units(
        self, client: Callable[..., Any]
    ) -> None:
        policies = {**words("gadget"), **personal("EMAIL")}
        named = guardrail(client("bedrock"), **policies)
        runtime = client("bedrock-runtime")

        def applied(text: str) -> dict[str, Any]:
            answer: dict[str, Any] = runtime.apply_guardrail(
                **named, source="INPUT", content=[{"text": {"text": text}}]
            )
            return answer

        assert (applied("fine")["action"], applied("fine")["outputs"]) == ("NONE", [])
        masked = applied("to jo@example.com")
        assert masked["outputs"] == [{"text": "to {EMAIL}"}]
        assert (masked["action"], masked["actionReason"]) == ("GUARDRAIL_INTERVENED", "Guardrail masked.")
        assert applied("gadget of jo@example.com")["outputs"] == [{"text": "not in"}]
        assert applied("x" * 1001)["usage"]["wordPolicyUnits"] == 2

    def test_a_guardrail_sees_the_texts_that_become_vectors(self, client: Callable[..., Any]) -> None:
        named = guardrail(client("bedrock"), **words("gadget"))
        body = json.dumps({"inputText": "the gadget"})
        answer = client("bedrock-runtime").invoke_model(
            modelId="amazon.titan-embed-text-v2:0", body=body, **named
        )
        told = json.loads(answer["body"].read())
        assert told["amazon-bedrock-guardrailAction"] == "INTERVENED"
        assert "embedding" not in told


class TestEnforcement:
    def test_an_account_cannot_leave_out_the_guardrail_that_it_enforces(
        self, client: Callable[..., Any]
    ) -> None:
        bedrock, runtime = client("bedrock"), client("bedrock-runtime")
        named = guardrail(bedrock, **words("gadget"))
        bedrock.put_enforced_guardrail_configuration(
            guardrailInferenceConfig={
                **named,
                "modelEnforcement": {"includedModels": ["ALL"], "excludedModels": ["amazon.nova-lite-v1:0"]},
            }
        )
        assert said(runtime, "gadget")["stopReason"] == "guardrail_intervened"
        assert said(runtime, "gadget", "amazon.nova-lite-v1:0")["stopReason"] == "end_turn"

    def test_requested_and_enforced_guardrails_are_in_force_together(
        self, client: Callable[..., Any]
    ) -> None:
        bedrock, runtime = client("bedrock"), client("bedrock-runtime")
        enforced = guardrail(bedrock, "enforced", **personal("EMAIL", "BLOCK"))
        bedrock.put_enforced_guardrail_configuration(guardrailInferenceConfig=enforced)
        own = guardrail(bedrock, "own", **personal("EMAIL"))
        assert text_of(said(runtime, "jo@example.com", guardrailConfig=own)) == "not in"
        other = guardrail(bedrock, "other", **personal("IP_ADDRESS"))
        masked = said(runtime, "from 10.0.0.1", guardrailConfig=other)
        assert text_of(masked) == "You said: from {IP_ADDRESS}"

    def test_a_policy_of_the_organization_enforces_the_guardrail_of_its_management_account(
        self, client: Callable[..., Any], join: Callable[[str], str]
    ) -> None:
        bedrock, organizations = client("bedrock"), client("organizations")
        organizations.create_organization(FeatureSet="ALL")
        account = join("m")
        named = guardrail(bedrock, **words("gadget"))
        arn = bedrock.get_guardrail(guardrailIdentifier=named["guardrailIdentifier"])["guardrailArn"]
        root = organizations.list_roots()["Roots"][0]["Id"]
        organizations.enable_policy_type(RootId=root, PolicyType="BEDROCK_POLICY")
        config = {"identifier": {"@@assign": f"{arn}:1"}}
        content = {"bedrock": {"guardrail_inference": {"us-east-1": {"config_1": config}}}}
        policy = organizations.create_policy(
            Name="guard", Description="", Type="BEDROCK_POLICY", Content=json.dumps(content)
        )["Policy"]["PolicySummary"]["Id"]
        organizations.attach_policy(PolicyId=policy, TargetId=account)
        runtime = client("bedrock-runtime", account=account)
        assert "bedrock:ApplyGuardrail" in refused("AccessDeniedException", said, runtime, "hi")
        statement = {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "bedrock:ApplyGuardrail",
            "Resource": arn,
            "Condition": {
                "StringEquals": {
                    "aws:PrincipalOrgID": organizations.describe_organization()["Organization"]["Id"]
                }
            },
        }
        text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        bedrock.put_resource_policy(resourceArn=arn, resourcePolicy=text)
        assert said(runtime, "hi")["stopReason"] == "end_turn"
        assert text_of(said(runtime, "gadget")) == "not in"
        assert said(client("bedrock-runtime", "eu-west-1", account), "gadget")["stopReason"] == "end_turn"
        bedrock.delete_guardrail(guardrailIdentifier=arn, guardrailVersion="1")
        assert "does not exist" in refused("ValidationException", said, runtime, "hi")


def denying(resource: str | Iterable[str], **condition: Any) -> dict[str, Any]:
    """A statement that denies every call of these models under a condition."""
    statement = {"Effect": "Deny", "Action": "bedrock:InvokeModel*", "Resource": resource}
    return {**statement, "Condition": condition} if condition else statement


class TestAuthorisations:
    def test_a_profile_needs_its_model_in_every_destination_region(
        self, world: World, client: Callable[..., Any]
    ) -> None:
        denied = denying(f"arn:aws:bedrock:us-west-2::foundation-model/{MODEL}")
        runtime = role(world, client, ALLOW_ALL, denied)
        assert said(runtime, "hi", MODEL)["stopReason"] == "end_turn"
        told = refused("AccessDeniedException", said, runtime, "hi", US)
        assert told == (
            "User: arn:aws:sts::111111111111:assumed-role/app/session is not authorized to perform:"
            f" bedrock:InvokeModel on resource: arn:aws:bedrock:us-west-2::foundation-model/{MODEL} with an"
            " explicit deny in an identity-based policy"
        )

    def test_a_profile_is_authorised_itself(self, world: World, client: Callable[..., Any]) -> None:
        models = {**ALLOW_ALL, "Resource": "arn:aws:bedrock:*::foundation-model/*"}
        runtime = role(world, client, models)
        assert said(runtime, "hi", MODEL)["stopReason"] == "end_turn"
        assert ":inference-profile/us." in refused("AccessDeniedException", said, runtime, "hi", US)

    def test_a_global_profile_goes_to_a_region_that_is_unspecified(
        self, world: World, client: Callable[..., Any]
    ) -> None:
        here = denying("*", StringNotEquals={"aws:RequestedRegion": "us-east-1"})
        runtime = role(world, client, ALLOW_ALL, here)
        told = refused("AccessDeniedException", said, runtime, "hi", GLOBAL)
        assert f"arn:aws:bedrock:::foundation-model/{MODEL}" in told

    def test_the_guardrail_of_a_call_is_a_condition_on_its_model(
        self, world: World, client: Callable[..., Any]
    ) -> None:
        named = guardrail(client("bedrock"), **words("gadget"))
        arn = f"arn:aws:bedrock:us-east-1:111111111111:guardrail/{named['guardrailIdentifier']}:*"
        needed = denying(
            "arn:aws:bedrock:*::foundation-model/*", ArnNotLike={"bedrock:GuardrailIdentifier": arn}
        )
        runtime = role(world, client, ALLOW_ALL, needed)
        refused("AccessDeniedException", said, runtime, "hi")
        assert said(runtime, "hi", guardrailConfig=named)["stopReason"] == "end_turn"

    def test_a_guardrail_is_authorised_too(self, world: World, client: Callable[..., Any]) -> None:
        named = guardrail(client("bedrock"), **words("gadget"))
        runtime = role(world, client, {**ALLOW_ALL, "Action": "bedrock:InvokeModel"})
        assert said(runtime, "hi")["stopReason"] == "end_turn"
        assert "bedrock:ApplyGuardrail" in refused(
            "AccessDeniedException", said, runtime, "hi", guardrailConfig=named
        )

    def test_an_application_profile_fans_out_to_what_it_was_copied_from(
        self, world: World, client: Callable[..., Any]
    ) -> None:
        source = f"arn:aws:bedrock:us-east-1:111111111111:inference-profile/{US}"
        made = client("bedrock").create_inference_profile(
            inferenceProfileName="team", modelSource={"copyFrom": source}
        )["inferenceProfileArn"]
        denied = denying(f"arn:aws:bedrock:us-east-2::foundation-model/{MODEL}")
        runtime = role(world, client, ALLOW_ALL, denied)
        assert "us-east-2::foundation-model" in refused("AccessDeniedException", said, runtime, "hi", made)
        assert said(client("bedrock-runtime"), "hi", made)["stopReason"] == "end_turn"

    def test_streams_are_authorised_by_an_action_of_their_own(
        self, world: World, client: Callable[..., Any]
    ) -> None:
        runtime = role(world, client, {**ALLOW_ALL, "Action": "bedrock:InvokeModel"})
        messages = [{"role": "user", "content": [{"text": "hi"}]}]
        told = refused("AccessDeniedException", runtime.converse_stream, modelId=MODEL, messages=messages)
        assert "bedrock:InvokeModelWithResponseStream" in told
