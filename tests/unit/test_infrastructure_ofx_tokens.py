"""OFX markup as tokens: tags, text, and what is neither."""

from io import BytesIO

import pytest

from app.domain.imports.statement import StatementRefusedError
from app.infrastructure.statements.ofx_markup import VALUE_BYTES_MAX, segments
from app.infrastructure.statements.ofx_tokens import Token, runs, tokens_of
from app.infrastructure.statements.text_encoding import code_page, utf16_kind


def tokens(content: bytes, chunk_bytes: int = 1 << 17) -> list[Token]:
    return [(name, value.strip()) for _, run in runs(BytesIO(content), chunk_bytes) for name, value in tokens_of(run)]


def test_a_leaf_without_closer_ends_at_the_next_tag() -> None:
    assert tokens(b"<A>1\n<B>2</A>") == [("A", "1"), ("B", "2")]


def test_only_closing_tags_of_known_aggregates_are_kept() -> None:
    assert tokens(b"<STMTTRN><NAME>x</NAME></STMTTRN ></STMTTRNX>") == [
        ("STMTTRN", ""),
        ("NAME", "x"),
        ("/STMTTRN", ""),
    ]


def test_names_are_upper_case_without_namespace_and_attributes() -> None:
    assert tokens(b'<o:Name lang="a/b">x</o:Name><stmttrn/>') == [("NAME", "x"), ("STMTTRN", "")]


def test_an_empty_and_a_self_closing_tag_have_no_text() -> None:
    assert tokens(b"<A></A><B/><C />") == [("A", ""), ("B", ""), ("C", "")]


def test_a_dot_belongs_to_the_name() -> None:
    assert tokens(b"<INTU.BID>3000") == [("INTU.BID", "3000")]


@pytest.mark.parametrize(
    ("markup", "value"),
    [
        (b"a < b <3 c", "a &lt; b &lt;3 c"),
        (b"a<!-- no -- <B>x</B> -->b", "ab"),
        (b"a<!---->b", "ab"),
        (b"<![CDATA[x <B>&amp;</B> ]] >]]>", "x &lt;B>&amp;amp;&lt;/B> ]] >"),
        (b"1<![CDATA[]]>2<![CDATA[3]]>4", "1234"),
        (b"a<?php x ?>b", "ab"),
        (b"a<!DOCTYPE x>b", "ab"),
        (b"a>b", "a>b"),
        (b"<<<", "&lt;&lt;&lt;"),
    ],
)
def test_what_looks_like_markup_inside_a_value_is_text_or_gone(markup: bytes, value: str) -> None:
    for chunk_bytes in (1, 2, 3, 7, 1000):
        assert tokens(b"<A>" + markup + b"</A><Z>", chunk_bytes)[0] == ("A", value)
        padded = b"<P>" + b"p" * 4096 + b"<A>" + markup + b"</A><Z>"  # behind what is always read at once
        assert tokens(padded, chunk_bytes)[1] == ("A", value)


def test_a_file_may_end_in_a_closing_tag_behind_a_bare_bracket() -> None:
    assert tokens(b"<OFX>a < </OFX>") == [("OFX", "a &lt;"), ("/OFX", "")]


@pytest.mark.parametrize("rest", [b"<!-- never closed <B>", b"<![CDATA[ never closed <B>", b"<B", b"</B", b"<"])
def test_what_is_never_closed_yields_no_tag(rest: bytes) -> None:
    assert [name for name, _ in tokens(b"<A>1" + rest)] == ["A"]


def test_lines_are_counted_through_comments() -> None:
    found = runs(BytesIO(b"<OFX>\n<!--\n\n-->\n<STMTTRN>\n<STMTTRN>"))
    assert [line for line, run in found if run.startswith("<STMTTRN>")] == [5, 6]


def test_an_investment_record_begins_a_run_whatever_ends_its_name() -> None:
    found = runs(BytesIO(b"<INVTRANLIST>\n<BUYSTOCK/>\n<INCOME\x7f>\n<INCOMETYPE>DIV"))
    assert [(line, run[:5]) for line, run in found if run][:3] == [(1, "<INVT"), (2, "<BUYS"), (3, "<INCO")]


@pytest.mark.parametrize("declaration", [b"<!ENTITY a 'b'>", b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"])
def test_an_entity_declaration_is_refused(declaration: bytes) -> None:
    for chunk_bytes in (1, 1000):
        with pytest.raises(StatementRefusedError):
            tokens(declaration + b"<OFX></OFX>" + b" " * 5000, chunk_bytes)


@pytest.mark.parametrize("chunk_bytes", [1000, 1 << 16, 1 << 20])
def test_the_longest_value_is_the_same_for_any_chunk(chunk_bytes: int) -> None:
    longest = b"<A>" + b"x" * (VALUE_BYTES_MAX - 2) + b"<B>"
    assert [name for name, _ in tokens(longest * 3, chunk_bytes)] == ["A", "B"] * 3
    with pytest.raises(StatementRefusedError):
        tokens(longest.replace(b"<B>", b"x<B>"), chunk_bytes)


def test_each_segment_begins_with_a_tag() -> None:
    chunks = [b"head<A>1<", b"B", b">2<!-- ", b"<X>--", b"><C>", b"3"]
    assert list(segments(chunks)) == [b"head", b"<A>1", b"<B>2", b"<C>3"]


@pytest.mark.parametrize(
    ("head", "page"),
    [
        (b"OFXHEADER:100\nENCODING:USASCII\nCHARSET:1252\n", "cp1252"),
        (b"CHARSET:1251", "cp1251"),
        (b"charset: windows-1250", "cp1250"),
        (b"CHARSET:ISO-8859-1", "cp1252"),
        (b"CHARSET:8859-15", "iso8859-15"),
        (b'<?xml version="1.0" encoding="iso-8859-2"?>', "iso8859-2"),
        (b"ENCODING:UTF-8\nCHARSET:NONE", "cp1252"),
        (b"CHARSET:1259", "cp1252"),
        (b"CHARSET:8859-12", "cp1252"),
        (b"CHARSET:zlib", "cp1252"),
        (b"<OFX><MEMO>CHARSET:1251", "cp1252"),
        (b"", "cp1252"),
    ],
)
def test_only_a_code_page_that_exists_is_taken_from_the_declaration(head: bytes, page: str) -> None:
    assert code_page(head) == page
    b"x".decode(page)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("<OFX>".encode("utf-16-le"), "utf-16-le"),
        ("<OFX>".encode("utf-16-be"), "utf-16-be"),
        ("é<OFX>".encode("utf-16"), "utf-16-le"),
        (b"<OFX>", None),
        (b"\0\0\0\0", None),
        (b"<OFX>\0", None),
        (b"", None),
    ],
)
def test_utf_16_is_recognised_by_mark_or_nuls(head: bytes, kind: str | None) -> None:
    assert utf16_kind(head) == kind
