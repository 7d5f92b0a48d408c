from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re

import msgspec
import pytest

from craton.views.document import Column, Document, Figure, Figures, Listing, Paragraph, Section, Table, runs
from craton.views.document_page import page
from craton.views.document_paper import paper

HOSTILE = '<script>alert(1)</script> #panic("x") *bold* $x$ \\ @ref "quoted" `co<de>`'


def document(text: str) -> Document:
    return Document(
        title=f"About {text}",
        subtitle=text,
        at=dt.datetime(2026, 11, 27, 6, 30, 5, 12),  # noqa: DTZ001 - times are naive UTC everywhere
        sections=(
            Section(
                title="One",
                count=3,
                blocks=(
                    Figures((Figure(name=text, value="3", note=text, needs_a_look=True),)),
                    Paragraph(text),
                    Listing((text, text)),
                    Table(
                        columns=(Column(text), Column("number", align="right", share=0.5)),
                        rows=((text, "3"),),
                    ),
                ),
            ),
        ),
    )


def test_words_between_back_ticks_are_code() -> None:
    assert list(runs("a `b` c")) == [("a ", False), ("b", True), (" c", False)]
    assert list(runs("")) == []


def test_a_page_refers_to_nothing_outside_and_names_the_digest_of_its_style() -> None:
    told = page(document(HOSTILE)).decode()
    assert not re.search(r"https?:|src=|href=|url\(|<script|@import|\son\w+=", told)
    (style,) = re.findall(r"<style>(.*?)</style>", told, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in told
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in told
    assert "<code>co&lt;de&gt;</code>" in told


def test_a_page_has_no_signs_that_html_does_not_allow() -> None:
    told = page(document("nul \x00 and \x1b[31m")).decode()
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", told)
    assert "nul \ufffd and" in told


def test_no_name_turns_the_words_around_it() -> None:
    told = page(document("exe\u202egnp.\u202c of שם, בית: 1 of 2")).decode()
    assert not re.search("[\u202a-\u202e\u2066\u2067]", told)
    assert "exe\ufffdgnp.\ufffd of \u2068שם, בית\u2069: 1 of 2" in told
    plain = document("שם: 1")
    assert paper(plain) != paper(document("\u202eשם: 1"))
    assert paper(document("\u202e")) == paper(document("\ufffd"))


@pytest.mark.slow
@pytest.mark.parametrize("words", ["x" * 9_000, f"`{'x' * 9_000}`"])
def test_a_word_that_is_wider_than_the_paper_goes_on_in_the_next_line(words: str) -> None:
    assert len(re.findall(rb"/Type\s*/Page\b", paper(document(words)))) > 5  # and one, were it cut off


def test_the_same_document_gives_the_same_bytes() -> None:
    one, other = document(HOSTILE), document(HOSTILE)
    assert page(one) == page(other)
    assert paper(one) == paper(other)
    assert paper(one) != paper(msgspec.structs.replace(one, at=one.at + dt.timedelta(days=1)))


def test_paper_is_an_accessible_pdf_with_its_fonts_inside_and_the_date_of_the_document() -> None:
    told = paper(document("plain"))
    assert told.startswith(b"%PDF-1.7")
    assert b"/MarkInfo" in told
    assert b"pdfuaid:part" in told
    assert b"/FontFile" in told
    assert b"2026-11-27T06:30:05" in told
    fonts = set(re.findall(rb"/BaseFont/(?:[A-Z]{6}\+)?([\w-]+)", told))
    assert fonts
    assert all(one.startswith((b"Libertinus", b"DejaVuSansMono")) for one in fonts)


def test_text_is_never_markup_on_paper() -> None:
    assert paper(document(HOSTILE)).startswith(b"%PDF-")


def test_signs_that_no_font_has_stand_there_by_their_number() -> None:
    same = paper(document("U+65E5 U+672C  search"))
    assert paper(document("日本 search")) == same
    assert paper(document("\x07 bell")).startswith(b"%PDF-")
