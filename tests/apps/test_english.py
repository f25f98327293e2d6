"""English beside Dutch: every text has both, what was compiled is what was written, and the footer switches."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.utils.translation.template import templatize
from make import Circle

import sluis
from sluis.apps.partners import services as partners
from sluis.apps.partners.services import Person
from sluis.core.law.decision import GROUNDS

SOURCE = Path(sluis.__file__).parent
CATALOGUE = SOURCE / "site" / "locale" / "en" / "LC_MESSAGES"
CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
STRING = r'"((?:[^"\\]|\\.)*)"'
MARKED = re.compile(r"(?:gettext|_)\(u?((?:'(?:[^'\\]|\\.)*')|(?:\"(?:[^\"\\]|\\.)*\"))")
BLANK = re.compile(r"%\(\w+\)[ds]")


def written() -> dict[str, list[str]]:
    """msgid -> its English forms, from the .po file (one line a string)."""
    found: dict[str, list[str]] = {}
    for part in (CATALOGUE / "django.po").read_text().split("\n\n")[1:]:
        key = re.search(rf"^msgid {STRING}", part, re.MULTILINE)
        assert key, part
        forms = re.findall(rf"^msgstr(?:\[\d\])? {STRING}", part, re.MULTILINE)
        found[unquoted(key[1])] = [unquoted(one) for one in forms]
    return found


def unquoted(text: str) -> str:
    return text.replace('\\"', '"').replace("\\\\", "\\")


def in_code() -> Iterator[str]:
    for room in ("apps", "plumbing", "site"):
        for file in (SOURCE / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
                    first = node.args[0]
                    assert isinstance(first, ast.Constant), f"{file.name}:{node.lineno}: a text that cannot be found"
                    yield str(first.value)


def in_templates() -> Iterator[str]:
    for room in ("apps", "site"):
        for file in [*(SOURCE / room).rglob("*.html"), *(SOURCE / room).rglob("templates/**/*.svg")]:
            yield from (ast.literal_eval(found) for found in MARKED.findall(templatize(file.read_text())))


def test_every_text_has_an_english_one() -> None:
    known, wanted = written(), {*in_code(), *in_templates()}
    assert len(wanted) > 100
    assert wanted - known.keys() == set(), "translate these in django.po"
    assert {key for key, forms in known.items() if not forms or not all(forms)} == set()
    assert known.keys() - wanted == set(), "these are on no page any more"


def test_a_translation_has_the_same_blanks_to_fill() -> None:
    for key, forms in written().items():
        assert all(set(BLANK.findall(one)) == set(BLANK.findall(key)) for one in forms), key


def test_what_was_compiled_is_what_was_written() -> None:
    with (CATALOGUE / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for key, forms in written().items():
        told = [compiled.gettext(key)] if len(forms) == 1 else [compiled.ngettext(key, key, n) for n in (1, 2)]
        assert told == forms, "compile django.po again"


def test_every_ground_of_refusal_has_both_languages() -> None:
    for ground in GROUNDS.values():
        words = (ground.reason_nl, ground.reason_en, ground.instead_nl, ground.instead_en)
        assert all(words), ground.code
        assert len(set(words)) == 4, ground.code


@pytest.fixture
def person(circle: Circle) -> Client:
    """A lawyer of the bank, signed in; one call was refused."""
    partners.enrol(Person("jurist", "een-lang-wachtwoord", circle.members["bank"].id, "privacy_officer"))
    refused = circle.disclosure(purpose="werving")
    assert circle.post("/v1/verstrekkingen", refused, key=circle.members["bank"].key).status_code == 403
    client = Client()
    assert client.login(username="jurist", password="een-lang-wachtwoord")
    return client


def test_the_footer_switches_to_english_and_back(person: Client) -> None:
    path = "/kringen/proeftuin"
    dutch = person.get(path).content.decode()
    assert '<html lang="nl"' in dutch
    assert 'name="language" value="en" lang="en"' in dutch
    answer = person.post("/i18n/setlang/", {"language": "en", "next": path}, follow=True)
    english = answer.content.decode()
    assert answer.redirect_chain[-1][0] == path
    for words in (
        '<html lang="en"',
        "Who takes part",
        "Gate 2 is open",
        "This purpose is not in the assessment of the circle.",
    ):
        assert words in english
    for words in ("Wie doet mee", "Uitloggen", "Dit doel staat niet", "privacyjurist", "Noem een doel"):
        assert words in dutch
        assert words not in english
    assert '<html lang="nl"' in person.post("/i18n/setlang/", {"language": "nl", "next": path}, follow=True).content.decode()


def test_the_switch_leads_nowhere_else(person: Client) -> None:
    answer = person.post("/i18n/setlang/", {"language": "en", "next": "https://elsewhere.test/"})
    assert answer["location"] == "/"
