"""What a controller writes to a data subject, composed from packaged words: Dutch (level B1) and English. Never an identifier.

A letter travels by post or mail and is read by whoever opens it: it names the type of identifier, not the identifier.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final, Literal, get_args

import yaml

from sluis.core import errors, packaged
from sluis.core.law import terms

Language = Literal["nl", "en"]
LetterId = Literal["ontvangst", "bewijs", "verlenging", "inzage", "gegrond", "gewist", "geweigerd", "gecorrigeerd", "niets"]
_EPOCH: Final = date(1970, 1, 1).toordinal()
_MONTHS: Final = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "en": "January February March April May June July August September October November December",
}
_WIDTH: Final = 76
_GDPR: Final = re.compile(r"\bAVG\b")
_PARAGRAPH: Final = re.compile(r"(\d+) lid (\d+)")
_SAY: Final = {"nl": {"number": "Ons kenmerk"}, "en": {"number": "Our reference"}}
# A paragraph that is nothing but one of these stands for whole paragraphs, or for none.
_SPREAD: Final = ("{found}", "{items}")


@dataclass(frozen=True, slots=True)
class Request:
    """What every letter says of a request: who answers (name, contact, sector), number, right, type, and days since 1970."""

    controller: str
    contact: str
    sector: str
    number: str
    right: str
    type: str
    received: int
    due: int


@dataclass(frozen=True, slots=True)
class Item:
    """One signal as a person reads it. `state` as in an access answer; `form` and `status` in words; recipients by sector."""

    state: str
    form: str = ""
    status: str = ""
    ground: str = ""
    recipients: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: signals, how many of our own were erased (None: not asked), own questions.

    `alone` when only own books were looked in: then nothing is said of what others have.
    """

    items: Sequence[Item] = ()
    withdrawn: int | None = None
    checks: int = 0
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter: who writes, its title, day and number, and paragraphs; a paragraph that is a tuple is a list."""

    language: Language
    controller: str
    title: str
    head: tuple[str, ...]
    paragraphs: tuple[str | tuple[str, ...], ...]

    def text(self, reach: str = "") -> str:
        """As plain text in lines of 76 signs, with whom it is for above it."""
        parts = [self.controller, *([reach] if reach else []), "\n".join(self.head), self.title]
        parts += [_wrapped(one) if isinstance(one, str) else _listed(one) for one in self.paragraphs]
        return "\n\n".join(parts) + "\n"


def _listed(items: Sequence[str]) -> str:
    return "\n".join(f"- {_wrapped(one)}" for one in items)


def _wrapped(text: str) -> str:
    return textwrap.fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False)


@cache
def _words() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load(packaged.read("sluis.core.law", "letters-0.1.yaml"))
    return found


def statuses(language: Language) -> dict[str, str]:
    """How the state of a case is called, by its code."""
    return {code: words[language] for code, words in _words()["status"].items()}


def day(number: int, language: Language) -> str:
    """A day since 1970 in words, as `5 maart 2026`."""
    found = date.fromordinal(_EPOCH + number)
    return f"{found.day} {_MONTHS[language].split()[found.month - 1]} {found.year}"


@dataclass(frozen=True, slots=True)
class Order:
    """Which letter is asked for: in which language, on which day, about what was found, with the words only it needs.

    `more` holds: `way` (a way of proof), `code_until` (a day) and `attempts`; `reason` (a code); `decider`; `retention` (days);
    `receivers`.
    """

    kind: LetterId
    language: Language
    today: int
    found: Found = Found()
    more: Mapping[str, str | int] | None = None


def compose(request: Request, order: Order) -> Letter:
    """The letter. Raises Malformed `onbekende-brief`, `brief-onvolledig` when a word it needs is missing."""
    if order.kind not in get_args(LetterId):
        raise errors.Malformed(f"A letter is one of {', '.join(get_args(LetterId))}.", code="onbekende-brief")
    if not (request.controller.strip() and request.contact.strip()):
        raise errors.Malformed("A letter says who writes and how to reach them: set rights.contact.", code="brief-onvolledig")
    words, language = _words(), order.language
    told = words["letters"][order.kind]
    given = {**_given(request, language), **_more(request, order)}
    try:
        paragraphs = [part for line in told[language] for part in _part(line, request, order, given=given)]
        foot = [line.format(**given) for line in words["foot"][language]]
    except KeyError as error:
        raise errors.Malformed(f"The letter needs {error.args[0]}.", code="brief-onvolledig") from None
    head = (day(order.today, language), f"{_SAY[language]['number']}: {request.number}")
    return Letter(language, request.controller, told["title"][language], head, (*paragraphs, *foot))


def _given(request: Request, language: Language) -> dict[str, str]:
    words, right = _words(), terms.right(request.right)
    return {
        "controller": request.controller,
        "contact": request.contact,
        "received": day(request.received, language),
        "due": day(request.due, language),
        "asked": words["asked"][request.right][language],
        "kind": words["kinds"][request.type][language],
        "article": _article(right.article, language),
        "term_article": _article(terms.book().terms.article, language),
        "complaint": _of(terms.complaint(request.sector), language),
    }


def _of(one: terms.Complaint | terms.Refusal | terms.Extension, language: Language) -> str:
    return one.nl if language == "nl" else one.en


def _article(text: str, language: Language) -> str:
    if language == "nl":
        return text
    return _PARAGRAPH.sub(r"\1(\2)", _GDPR.sub("GDPR", text))


def _more(request: Request, order: Order) -> dict[str, str]:
    """The words of this letter only; days and codes become words."""
    given, language = dict(order.more or {}), order.language
    found = {name: str(value) for name, value in given.items() if name not in {"way", "reason", "code_until"}}
    if "code_until" in given:
        found["code_until"] = day(int(given["code_until"]), language)
    if "way" in given:
        lines = _words()["ways"][str(given["way"])][language]
        found["way"] = " ".join(lines).format(controller=request.controller)
    if "reason" in given:
        found |= _reason(request, str(given["reason"]), order)
    return found


def _reason(request: Request, code: str, order: Order) -> dict[str, str]:
    if order.kind == "verlenging":
        return {"reason": _of(terms.extension(code), order.language)}
    ground = terms.refusal(code, of=request.right)
    return {"reason": _of(ground, order.language), "reason_article": _article(ground.article, order.language)}


def _part(line: str, request: Request, order: Order, *, given: Mapping[str, str]) -> list[str | tuple[str, ...]]:
    if line not in _SPREAD:
        return [line.format(**given)]
    if line == "{found}":
        return [*_found(order, kind=given["kind"])]
    items = [_item(one, request, order.language) for one in order.found.items]
    return [tuple(items)] if line == "{items}" and items else []


def _found(order: Order, *, kind: str) -> list[str]:
    """What was found, in one paragraph."""
    words, language = _words()["found"], order.language
    lines = []
    for name, amount in _names(order):
        number = str(amount) if name == "checks" else _amount(amount, language)
        lines.append(words[name][language].format(kind=kind, n=number))
    return [" ".join(lines)] if lines else []


def _names(order: Order) -> Iterator[tuple[str, int]]:
    """Which sentences say what was found, each with its number."""
    found, looked = order.found, order.kind in ("inzage", "niets")
    if found.items and looked:
        yield "some", len(found.items)
    elif looked and not found.withdrawn:
        yield ("nothing_own" if found.alone else "none"), 0
    elif found.withdrawn is not None:
        yield ("withdrawn" if found.withdrawn else "nothing_own"), found.withdrawn
    if found.checks:
        yield "checks", found.checks
    if found.alone:
        yield "alone", 0


def _amount(number: int, language: Language) -> str:
    words = _words()
    return str(words["one"][language] if number == 1 else words["many"][language].format(n=number))


def _item(one: Item, request: Request, language: Language) -> str:
    words = _words()["item"]
    if one.state == "geweigerd":
        ground = terms.refusal(one.ground, of=request.right)
        reason, article = _of(ground, language), _article(ground.article, language)
        return str(words["refused"][language].format(reason=reason, article=article))
    if one.state != "verstrekt":
        return str(words["silent"][language])
    told = str(words["given"][language].format(form=one.form, status=one.status))
    return f"{told} {_recipients(one.recipients or {}, language)}"


def _recipients(counted: Mapping[str, int], language: Language) -> str:
    words = _words()["item"]
    if not counted:
        return str(words["nobody"][language])
    listed = ", ".join(f"{name} ({amount})" for name, amount in sorted(counted.items()))
    return str(words["recipients"][language].format(list=listed))
