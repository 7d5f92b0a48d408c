from __future__ import annotations

import msgspec
from tests.unit.engine.test_survey_findings import NO_OHIO, NOW, ONE, OTHER, organization, policy

from craton.core.survey import Survey
from craton.engine.survey.answers import Answers
from craton.engine.survey.findings import survey_of
from craton.views.document_page import page
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


def test_a_survey_is_the_same_after_it_was_written_as_json() -> None:
    found = surveyed("ohio", "root")
    assert msgspec.json.decode(msgspec.json.encode(found), type=Survey) == found
