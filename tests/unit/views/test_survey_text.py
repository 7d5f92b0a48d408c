from __future__ import annotations

import msgspec
from tests.unit.engine.test_survey_findings import NO_OHIO, NOW, ONE, OTHER, organization, policy

from craton.core.survey import ModelUse, Survey, SurveyedPlace
from craton.engine.survey.answers import Answers
from craton.engine.survey.findings import survey_of
from craton.views.document_page import page
from craton.views.document_paper import paper
from craton.views.survey_document import survey_document
from craton.views.survey_text import survey_lines


def surveyed(name: str, target: str) -> Survey:
    told = organization(policy(name, NO_OHIO, targets=(target,)))
    return survey_of(told, Answers([]), [ONE, OTHER], ("us-east-1",), NOW)


def test_what_there_is_none_of_is_said_to_be_none() -> None:
    told = list(survey_lines(survey_of(organization(), Answers([]), [ONE], ("us-east-1",), NOW)))
    for title in ("calls that nothing logs", "retired models in use", "long-term keys", "could not be read"):
        assert f"{title}: none" in told
    assert "estimated cost by list prices: USD 0.00" in told


def test_names_that_somebody_chose_obey_nothing() -> None:
    found = surveyed("evil\x1b[2J<b>`", "root")
    text = "\n".join(survey_lines(found))
    assert "\x1b" not in text
    assert "evil" in text
    told = page(survey_document(found)).decode()
    assert "<b>" not in told
    assert "\x1b" not in told


def test_no_name_of_an_account_an_ou_or_a_model_is_obeyed_by_a_terminal() -> None:
    evil = "evil\x1b[2J\r\n\u202e\x9b2J"
    found = surveyed(evil, evil)
    place = SurveyedPlace(
        account=ONE, region="us-east-1", calls=1, logging="off", guarding="none", guardrails=0
    )
    use = ModelUse(
        account=ONE,
        region="us-east-1",
        model_id=evil,
        model=None,
        calls=1,
        input_tokens=None,
        output_tokens=None,
        cost=None,
        price="unpriced",
        state="end_of_life",
        end_of_life=None,
        is_legacy=True,
    )
    found = msgspec.structs.replace(
        found,
        organization=evil,
        accounts=tuple(msgspec.structs.replace(one, name=evil, ou=evil) for one in found.accounts),
        places=(place,),
        uses=(use,),
    )
    lines = "\n".join(survey_lines(found)).split("\n")
    assert all(line.isprintable() for line in lines)
    assert sum("evil" in line for line in lines) > 4
    assert paper(survey_document(found)).startswith(b"%PDF-")


def test_a_survey_is_the_same_after_it_was_written_as_json() -> None:
    found = surveyed("ohio", "root")
    assert msgspec.json.decode(msgspec.json.encode(found), type=Survey) == found
