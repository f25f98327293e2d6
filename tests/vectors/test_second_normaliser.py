"""The page is enough: a normaliser written from it alone gives the same values, on the vectors and on any text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from publicsuffixlist import PublicSuffixList

from sluis.core import errors
from sluis.core.identifiers import normalise, scopes
from sluis.core.identifiers.kinds import IdentifierType
from vectors import second_normaliser

HERE = Path(__file__).parent
RULES = PublicSuffixList(source=(HERE.parents[1] / "src/sluis/core/identifiers/data/public_suffix_list.dat").read_bytes())
ROWS: list[dict[str, str]] = json.loads((HERE / "identifiers.json").read_text())
SCOPES = {"email": ["", "email.base"], "domain": ["", "domain.reg"], "url": ["", "url.path"]}


def by_page(row: dict[str, str]) -> str | None:
    try:
        return second_normaliser.value(row, RULES)
    except ValueError:
        return None


def by_sluis(row: dict[str, str]) -> str | None:
    try:
        found = normalise.parse(row["type"], row["input"], region=row.get("region"))
        return str(scopes.pick(found, row.get("scope", "")))
    except errors.Malformed:
        return None


def test_the_second_normaliser_gives_every_vector_its_value() -> None:
    assert [row for row in ROWS if by_page(row) != row.get("value")] == []


@st.composite
def mutated(draw: st.DrawFn, kind: str) -> dict[str, str]:
    """A vector of the type with some signs put in, taken out or changed, in any of its scopes."""
    text = draw(st.sampled_from([row["input"] for row in ROWS if row["type"] == kind and len(row["input"]) < 200]))
    signs = st.one_of(st.characters(codec="utf-8"), st.sampled_from(list("0aAzZ9:/.@+-_ %#?(),\u00a0\u200b\u00df\u0130")))
    for _ in range(draw(st.integers(0, 3))):
        at, cut = draw(st.integers(0, len(text))), draw(st.integers(0, 2))
        text = text[:at] + draw(st.one_of(st.just(""), signs)) + text[at + cut :]
    return {"type": kind, "input": text, "scope": draw(st.sampled_from(SCOPES.get(kind, [""])))}


@pytest.mark.parametrize("kind", [kind.label for kind in IdentifierType])
@given(data=st.data())
def test_both_normalisers_agree_on_any_text(kind: str, data: st.DataObject) -> None:
    row = data.draw(mutated(kind))
    assert by_page(row) == by_sluis(row)
