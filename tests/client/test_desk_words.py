"""The words of the desk: every Dutch text has English, every code of the exchange and of the normaliser has words."""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import get_args

import jinja2

from sluis.client.gateway.pages import dutch, gates, told
from sluis.core.exchange import notices, rights, words
from sluis.core.exchange.envelope import Channel, Phase, Role, Status
from sluis.core.identifiers.kinds import IdentifierType

PACKAGE = Path(str(resources.files("sluis.client.gateway")))


def template_texts() -> Iterator[str]:
    environment = jinja2.Environment(extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True)
    for file in sorted((PACKAGE / "templates").glob("*.html")):
        for _line, _function, found in environment.extract_translations(file.read_text()):
            texts = (found,) if isinstance(found, str) else (found or ())
            yield from (text for text in texts if isinstance(text, str))


def python_texts() -> Iterator[str]:
    for table in (*dutch.TABLES.values(), told.CODES, told.KINDS, told.STEPS):
        yield from table.values()
    for sign in vars(gates).values():
        if isinstance(sign, gates.Sign):
            yield from filter(None, (sign.alt, sign.title, sign.text))


def test_every_dutch_text_has_english() -> None:
    catalogue = gettext.translation("gateway", PACKAGE / "locale", languages=["en"])
    # A plural stands in the catalogue as (text, form): its singular is asked for by its number.
    known = {key[0] if isinstance(key, tuple) else key for key in catalogue._catalog} | plurals()
    assert {text for text in (*template_texts(), *python_texts()) if text not in known} == set()


def plurals() -> set[str]:
    lines = (PACKAGE / "locale" / "en" / "LC_MESSAGES" / "gateway.po").read_text().splitlines()
    return {line.removeprefix("msgid_plural ").strip('"') for line in lines if line.startswith("msgid_plural ")}


def test_every_code_that_can_be_shown_has_words() -> None:
    wanted = {
        "type": [one.label for one in IdentifierType],
        "advice": [one.label for one in words.Advice],
        "step": [one.label for one in words.Advice],
        "grade": [one.name for one in words.Grade],
        "origin": [one.label for one in words.Origin],
        "use": [one.label for one in words.Use],
        "measure": get_args(rights.Measure),
        "withdrawn": get_args(rights.Withdrawn),
        "dispute": get_args(rights.Ground),
        "person": get_args(rights.PersonCheck),
        "control": get_args(rights.ControlCheck),
        "access-refusal": rights.REFUSALS,
        "notice": get_args(notices.NoticeKind),
        "channel": get_args(Channel),
        "phase": get_args(Phase),
        "role": get_args(Role),
        "status": get_args(Status),
    }
    missing = {name: sorted(set(codes) - dutch.TABLES[name].keys()) for name, codes in wanted.items()}
    assert {name: codes for name, codes in missing.items() if codes} == {}


def test_every_fault_of_an_identifier_has_words() -> None:
    source = PACKAGE.parents[1] / "core" / "identifiers"
    texts = "".join(file.read_text() for file in source.glob("*.py") if file.stem not in {"lists", "protected", "suffixes"})
    codes = {part.split('"')[0] for part in texts.split('code="')[1:]}
    assert len(codes) > 25
    # What people cannot cause: a region that only a configuration names.
    assert codes - told.CODES.keys() - {"onbekende-regio"} == set()
