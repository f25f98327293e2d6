"""Every letter to a data subject, read as a person would: short sentences, plain words, no suspicion, nothing left open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from typing import get_args

import pytest

from sluis.core import errors
from sluis.core.law import letters, terms
from sluis.core.law.letters import Found, Item, Letter, Order, Request

RECEIVED, TODAY = 20_500, 20_510
LONGEST, MEAN = 25, 15
JARGON = {
    "nl": "betrokkene verwerkingsverantwoordelijke rectificatie hash token tag conform middels inzake derhalve teneinde "
    "voornoemd identifier knooppunt sleutelhouder hub pseudoniem",
    "en": "controller hash token tag pursuant hereby aforementioned hub pseudonym",
}
SUSPICION = [
    "verdacht",
    "verdenking",
    "dader",
    "fraudeur",
    "oplichter",
    "schuld",
    "crimin",
    "strafbaar",
    "suspect",
    "fraudster",
]
SUSPICION += ["offender", "guilty", "perpetrator", "scammer", "blacklist", "zwarte lijst"]
SIGNALS = (
    Item("verstrekt", "aankoop bij een webwinkel", "loopt nog", recipients={"bank": 2, "psp": 1}),
    Item("verstrekt", "aankoop bij een webwinkel", "gesloten", recipients={}),
    Item("geweigerd", ground="lopend-onderzoek"),
    Item("geen-antwoord"),
)
MORE = {
    "bewijs": {"way": "eencent", "code_until": TODAY + 3, "attempts": 3},
    "verlenging": {"reason": "ingewikkeld"},
    "inzage": {"retention": 90},
    "gegrond": {"decider": "een medewerker van Geschillencommissie Raadhuis"},
    "geweigerd": {"decider": "een medewerker van Geschillencommissie Raadhuis", "reason": "ongegrond-of-buitensporig"},
    "gecorrigeerd": {"receivers": 4},
}


def request(right: str = "bezwaar", *, kind: str = "iban", sector: str = "webshop") -> Request:
    due = terms.due(RECEIVED, extended=False)
    return Request("Winkel Lantaarn", "Bel 0800 000 00 00.", sector, "R-12", right, kind, RECEIVED, due)


def found(kind: str) -> Found:
    return {"inzage": Found(SIGNALS, checks=2), "gewist": Found(withdrawn=2), "gegrond": Found(withdrawn=0)}.get(kind, Found())


def every() -> Iterator[tuple[str, str, str, Letter]]:
    for kind, language, right in product(get_args(letters.LetterId), get_args(letters.Language), get_args(terms.RightId)):
        order = Order(kind, language, TODAY, found(kind), MORE.get(kind))
        yield kind, language, right, letters.compose(request(right), order)


ALL = list(every())


def sentences(letter: Letter) -> list[str]:
    text = " ".join(part if isinstance(part, str) else " ".join(part) for part in letter.paragraphs)
    return [one for one in re.split(r"(?<=[.?!])\s+", f"{letter.title}. {text}") if one]


@pytest.mark.parametrize(("kind", "language", "right", "letter"), ALL, ids=[f"{k}-{t}-{r}" for k, t, r, _ in ALL])
def test_a_letter_reads_easily(kind: str, language: str, right: str, letter: Letter) -> None:
    lengths = [len(one.split()) for one in sentences(letter)]
    assert sum(lengths) / len(lengths) <= MEAN, (kind, right)
    assert max(lengths) <= LONGEST, max(sentences(letter), key=lambda one: len(one.split()))
    text = letter.text().lower()
    assert [word for word in JARGON[language].split() if re.search(rf"\b{re.escape(word)}", text)] == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_letter_says_a_word_of_suspicion(language: str) -> None:
    for kind, spoken, _right, letter in ALL:
        text = letter.text().lower()
        assert spoken != language or [word for word in SUSPICION if word in text] == [], kind


def test_every_letter_names_who_writes_the_articles_the_term_and_where_to_complain() -> None:
    for kind, language, right, letter in ALL:
        text = " ".join(letter.text().split())
        nl = terms.right(right).article
        articles = nl if language == "nl" else nl.replace("AVG", "GDPR").replace("UGDPR", "UAVG")
        for fact in ("Winkel Lantaarn", "0800", "R-12", "Autoriteit Persoonsgegevens", articles):
            assert fact in text, (kind, language, fact)
        assert ("12 lid 3" if language == "nl" else "GDPR 12(3)") in text, kind
        assert letters.day(request().due, language) in text, kind


def test_nothing_is_left_open_and_nothing_of_python_shows() -> None:
    for kind, _language, _right, letter in ALL:
        assert not re.search(r"[{}\[\]]|None|  ", letter.text().replace("\n", " ").replace("  ", " ")), kind


def test_a_letter_without_a_word_it_needs_is_refused() -> None:
    for kind in MORE:
        with pytest.raises(errors.Malformed) as refused:
            letters.compose(request(), Order(kind, "nl", TODAY))
        assert refused.value.reason == "brief-onvolledig", kind
    nobody = Request("Winkel", " ", "webshop", "R-1", "inzage", "iban", RECEIVED, TODAY)
    with pytest.raises(errors.Malformed) as refused:
        letters.compose(nobody, Order("ontvangst", "nl", TODAY))
    assert refused.value.reason == "brief-onvolledig"
    with pytest.raises(errors.Malformed):
        letters.compose(request(), Order("gelukwens", "nl", TODAY))


def test_the_access_answer_lists_what_who_got_it_and_what_is_kept_back_with_the_article() -> None:
    letter = letters.compose(request("inzage"), Order("inzage", "nl", TODAY, Found(SIGNALS, checks=2), {"retention": 90}))
    (items,) = [one for one in letter.paragraphs if isinstance(one, tuple)]
    assert (
        items[0]
        == "Soort zaak: aankoop bij een webwinkel. Stand: loopt nog. De gegevens erachter gingen naar: bank (2), psp (1)."
    )
    assert "UAVG 41" in items[2]
    text = letter.text()
    assert "4 signalen" in text
    assert "2 keer op" in text
    assert "Wpg 25" in text


def test_without_a_signal_the_answer_says_so_and_still_sends_to_the_police() -> None:
    text = letters.compose(request("inzage"), Order("inzage", "nl", TODAY, more={"retention": 90})).text()
    assert "geen signaal op uw rekeningnummer" in text
    assert "Wpg 25" in text


@pytest.mark.parametrize(("sector", "kifid"), [("bank", True), ("psp", True), ("webshop", False)])
def test_a_bank_names_kifid(sector: str, kifid: bool) -> None:
    assert ("Kifid" in letters.compose(request(sector=sector), Order("niets", "nl", TODAY)).text()) == kifid


def test_a_letter_has_words_for_every_type_and_way() -> None:
    for kind in ("iban", "phone", "email", "domain", "url", "device", "crypto", "kvk", "address"):
        assert letters.compose(request(kind=kind), Order("ontvangst", "nl", TODAY))
    for way in ("eencent", "smscode", "eigen-account"):
        assert "code" in letters.compose(request(), Order("bewijs", "nl", TODAY, more={**MORE["bewijs"], "way": way})).text()
