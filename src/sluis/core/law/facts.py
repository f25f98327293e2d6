"""The facts of a proposed exchange: who tells whom what, about whom, what for and how."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sluis.core import errors
from sluis.core.errors import Fault
from sluis.core.law import vocabulary
from sluis.core.law.vocabulary import Vocabulary

_FIELDS: Final = tuple(vocabulary.LISTS)


@dataclass(frozen=True, slots=True)
class Facts:
    """One exchange in the words of a vocabulary. `sender` and `receiver` are its `from` and `to`."""

    sender: str
    receiver: str
    data: frozenset[str]
    offence: str
    subject: str
    purpose: str
    technique: str
    flags: frozenset[str] = frozenset()

    def as_data(self) -> dict[str, Any]:
        """The facts as they stand in a file, lists in alphabetical order."""
        return {
            "from": self.sender,
            "to": self.receiver,
            "data": sorted(self.data),
            "offence": self.offence,
            "subject": self.subject,
            "purpose": self.purpose,
            "technique": self.technique,
            "flags": sorted(self.flags),
        }


def read(given: object, words: Vocabulary) -> Facts:
    """The facts in `given`, a mapping as in a file. Raises Malformed `feiten-onjuist` with every fault at once:
    what is missing, unknown, of the wrong kind, or contradicts another fact."""
    if not isinstance(given, Mapping):
        raise _wrong((Fault("facts", "onjuist", f"Give a mapping with {', '.join(_FIELDS)}."),))
    faults = tuple(_faults(given, words))
    if faults:
        raise _wrong(faults)
    facts = Facts(
        sender=given["from"],
        receiver=given["to"],
        data=frozenset(given["data"]),
        flags=frozenset(given.get("flags", ())),
        **{name: given[name] for name in ("offence", "subject", "purpose", "technique")},
    )
    contradictions = tuple(contradicted(facts, words))
    if contradictions:
        raise _wrong(contradictions)
    return facts


def _wrong(faults: tuple[Fault, ...]) -> errors.Malformed:
    return errors.Malformed("The facts of this exchange do not hold.", code="feiten-onjuist", faults=faults)


def _faults(given: Mapping[Any, Any], words: Vocabulary) -> Iterator[Fault]:
    for name in given:
        if name not in vocabulary.LISTS:
            yield Fault(str(name), "onbekend", f"Facts are {', '.join(_FIELDS)}.")
    for name in _FIELDS:
        if name in given:
            yield from _unknown(name, given[name], words)
        elif name != "flags":
            yield Fault(name, "ontbreekt", f"State it; one of {_some(name, words)}.")


def _unknown(name: str, value: object, words: Vocabulary) -> Iterator[Fault]:
    is_list = name in vocabulary.MANY
    if isinstance(value, list | tuple | frozenset) != is_list or (name == "data" and not value):
        yield Fault(name, "onjuist", "Give a list of words." if is_list else "Give one word.")
        return
    for one in value if isinstance(value, list | tuple | frozenset) else (value,):
        if not isinstance(one, str) or one not in words.words(name):
            yield Fault(name, "onbekend-woord", f"What stands here is no word of the list; use {_some(name, words)}.")


def _some(name: str, words: Vocabulary) -> str:
    return ", ".join(words.words(name))


def contradicted(facts: Facts, words: Vocabulary) -> Iterator[Fault]:
    """Facts that cannot be true together."""
    for holds, where, next_step in _CONTRADICTIONS:
        if holds(facts, words):
            yield Fault(where, "tegenspraak", next_step)


def _accuses_nobody(facts: Facts, words: Vocabulary) -> bool:
    is_personal = bool(facts.data & words.group("personal"))
    return is_personal and facts.subject == "none" and facts.offence in words.group("accusation")


def _invents_an_offence(facts: Facts, words: Vocabulary) -> bool:
    return facts.data == {"synthetic"} and facts.offence in words.group("accusation")


def _speaks_for_all(facts: Facts, _words: Vocabulary) -> bool:
    return facts.sender in {"public", "self"}


def _totals_of_persons(facts: Facts, words: Vocabulary) -> bool:
    return facts.technique == "aggregate" and bool(facts.data & words.group("personal"))


def _pifi_outside(facts: Facts, words: Vocabulary) -> bool:
    return "pifi_both" in facts.flags and not {facts.sender, facts.receiver} <= words.group("pifi")


def _demand_by_others(facts: Facts, words: Vocabulary) -> bool:
    return "legal_demand" in facts.flags and facts.receiver not in words.group("public_body")


_CONTRADICTIONS: Final[tuple[tuple[Callable[[Facts, Vocabulary], bool], str, str], ...]] = (
    (_accuses_nobody, "subject", "An accusation with personal data is about somebody: say who, or take offence none."),
    (_invents_an_offence, "offence", "Synthetic data accuse nobody: take offence none."),
    (_speaks_for_all, "from", "Name the organisation that gives; public and self only receive."),
    (_totals_of_persons, "technique", "Totals hold no personal data: name aggregate_stats, or another technique."),
    (_pifi_outside, "flags", "Only banks, insurers and credit providers take part in PIFI: drop pifi_both."),
    (_demand_by_others, "flags", "Only a public body demands data by law: drop legal_demand."),
)
