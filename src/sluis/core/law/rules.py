"""A version of the rules of the privacykader: words, conditions and rules, taken whole or refused whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final, Literal

import msgspec
import yaml

from sluis.core import errors, packaged
from sluis.core.errors import Fault
from sluis.core.law.facts import Facts
from sluis.core.law.vocabulary import GROUP, LISTS, Vocabulary, Word

VERSIONS: Final = ("0.2",)
Effect = Literal["forbid", "require", "allow", "note"]
Status = Literal["in_force", "proposed", "adopted_not_yet_applicable", "policy"]
_COMING: Final = frozenset({"proposed", "adopted_not_yet_applicable"})
_DATA_KEYS: Final = {"data_any": "data", "data_only": "data", "data_none": "data", "flags_all": "flags", "flags_none": "flags"}
_KEYS: Final = {name: name for name in LISTS if name not in {"data", "flags"}} | _DATA_KEYS


class Meta(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which version this is, and that it is no legal advice."""

    version: str
    compiled: str
    jurisdiction: str
    disclaimer_nl: str
    disclaimer_en: str


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What must be so before anything passes, with its article."""

    nl: str
    en: str
    article: str


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"when_": "when"}):
    """One rule. `when_` is what it asks of the facts; `lifts` names the prohibitions it takes away.

    `confidence` is `verified` when the decisive fact was read in a source, else `inferred`.
    """

    id: str
    title_nl: str
    title_en: str
    when_: dict[str, list[str]]
    effect: Effect
    status: Status
    article: str
    confidence: Literal["verified", "inferred"]
    conditions: tuple[str, ...] = ()
    lifts: tuple[str, ...] = ()
    explanation_nl: str = ""
    explanation_en: str = ""
    source: tuple[str, ...] = ()
    confidence_note: str = ""
    note: str = ""
    what_if: str = ""
    valid_from: str = ""

    def applies(self, what_if: frozenset[str], as_of: date | None) -> bool:
        """Whether this is law on `as_of` (None: today, before any date to come) or in the world of `what_if`."""
        if self.status not in _COMING or self.what_if in what_if:
            return True
        return bool(self.valid_from and as_of and as_of >= date.fromisoformat(self.valid_from))


Test = Callable[[Facts], bool]


@dataclass(frozen=True)
class RuleSet:
    """A version that holds. `rules` in the order of the file; `conditions` by code."""

    meta: Meta
    words: Vocabulary
    conditions: Mapping[str, Condition]
    rules: tuple[Rule, ...]
    _by_sender: Mapping[str, tuple[tuple[Rule, tuple[Test, ...]], ...]]

    def matching(self, facts: Facts, *, what_if: frozenset[str] = frozenset(), as_of: date | None = None) -> tuple[Rule, ...]:
        """The rules that say something about these facts, in the order of the file."""
        return tuple(
            rule
            for rule, tests in self._by_sender[facts.sender]
            if all(test(facts) for test in tests) and rule.applies(what_if, as_of)
        )

    def scenarios(self) -> tuple[str, ...]:
        """What may come: the names of law that is proposed or does not apply yet, in the order of the file."""
        return tuple(dict.fromkeys(rule.what_if for rule in self.rules if rule.what_if))

    def rule(self, name: str) -> Rule:
        """The rule with this id. Raises NotFound `onbekende-regel`."""
        found = next((one for one in self.rules if one.id == name), None)
        if found is None:
            raise errors.NotFound(f"Version {self.meta.version} has no rule of that name.", code="onbekende-regel")
        return found


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    meta: Meta
    vocabulary: dict[str, dict[str, Word]]
    groups: dict[str, tuple[str, ...]]
    conditions: dict[str, Condition]
    rules: tuple[Any, ...]


@lru_cache(maxsize=len(VERSIONS))
def packaged_version(version: str = VERSIONS[-1]) -> RuleSet:
    """A version shipped with the code, the newest when none is named. Raises NotFound `onbekende-regelversie`."""
    if version not in VERSIONS:
        raise errors.NotFound(f"Versions are {', '.join(VERSIONS)}.", code="onbekende-regelversie")
    return parse(packaged.read("sluis.core.law", f"rules-{version}.yaml"))


def parse(octets: bytes) -> RuleSet:
    """The rule set in a YAML file. Raises Malformed `regels-onjuist` with every fault at once; nothing of it is kept then:
    text that is no YAML, an unknown word, condition or rule, two rules of one name, lifts that go round."""
    try:
        told = msgspec.convert(yaml.load(octets, Loader=yaml.CSafeLoader), _File)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise _wrong((Fault("file", "leest-niet", str(error)),)) from None
    words = Vocabulary(told.vocabulary, told.groups)
    rules, faults = _rules(told)
    faults += tuple(_faults(rules, words, told.conditions))
    if faults:
        raise _wrong(faults)
    return RuleSet(told.meta, words, told.conditions, rules, _by_sender(rules, words))


def _wrong(faults: tuple[Fault, ...]) -> errors.Malformed:
    return errors.Malformed("The rule set does not hold; the one before stays in use.", code="regels-onjuist", faults=faults)


def _rules(told: _File) -> tuple[tuple[Rule, ...], tuple[Fault, ...]]:
    rules: list[Rule] = []
    faults: list[Fault] = []
    for place, given in enumerate(told.rules):
        try:
            rules.append(msgspec.convert(given, Rule))
        except msgspec.ValidationError as error:
            name = given.get("id", place) if isinstance(given, Mapping) else place
            faults.append(Fault(f"rules.{name}", "onjuist", str(error)))
    return tuple(rules), tuple(faults)


def _faults(rules: tuple[Rule, ...], words: Vocabulary, conditions: Mapping[str, Condition]) -> Iterator[Fault]:
    for name in set(LISTS.values()) - set(words.lists):
        yield Fault(f"vocabulary.{name}", "ontbreekt", "Give the words of this list.")
        return
    effects = {rule.id: rule.effect for rule in rules}
    if len(effects) < len(rules):
        twice = sorted({rule.id for rule in rules if [one.id for one in rules].count(rule.id) > 1})
        yield Fault("rules", "dubbel", f"A rule has one name: {', '.join(twice)}.")
    for rule in rules:
        yield from _unknown_words(rule, words)
        yield from _unknown_names(rule, effects, conditions)
    yield from _circles({rule.id: rule.lifts for rule in rules})


def _unknown_words(rule: Rule, words: Vocabulary) -> Iterator[Fault]:
    for key, codes in rule.when_.items():
        where = f"rules.{rule.id}.when.{key}"
        if key not in _KEYS:
            yield Fault(where, "onbekend", f"A rule asks for {', '.join(_KEYS)}.")
            continue
        for code in codes:
            if code.startswith(GROUP) and code.removeprefix(GROUP) not in words.groups:
                yield Fault(where, "onbekende-groep", f"There is no group {code}.")
            elif not code.startswith(GROUP) and code not in words.words(_KEYS[key]):
                yield Fault(where, "onbekend-woord", f"{code!r} is no word of {_KEYS[key]}.")


def _unknown_names(rule: Rule, effects: Mapping[str, str], conditions: Mapping[str, Condition]) -> Iterator[Fault]:
    for code in rule.conditions:
        if code not in conditions:
            yield Fault(f"rules.{rule.id}.conditions", "onbekend", f"There is no condition {code}.")
    for name in rule.lifts:
        if effects.get(name) != "forbid":
            yield Fault(f"rules.{rule.id}.lifts", "onbekend", f"{name} is no prohibition of this version.")
    if rule.status in _COMING and not rule.what_if:
        yield Fault(f"rules.{rule.id}.what_if", "ontbreekt", "Law to come needs the name of its scenario.")
    if rule.valid_from and not _is_day(rule.valid_from):
        yield Fault(f"rules.{rule.id}.valid_from", "onjuist", "Write a day as 2027-07-10.")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _circles(lifts: Mapping[str, tuple[str, ...]]) -> Iterator[Fault]:
    for start in lifts:
        seen: set[str] = set()
        ahead = list(lifts[start])
        while ahead:
            name = ahead.pop()
            if name == start:
                yield Fault(f"rules.{start}.lifts", "kringverwijzing", "What it lifts lifts it again; take one of them away.")
                break
            if name not in seen:
                seen.add(name)
                ahead += lifts.get(name, ())


def _by_sender(rules: tuple[Rule, ...], words: Vocabulary) -> dict[str, tuple[tuple[Rule, tuple[Test, ...]], ...]]:
    """For each sender the rules that can speak of it, with what else they ask: most rules name a few senders only."""
    made = [(rule, _codes(rule, "from", words), _tests(rule, words)) for rule in rules]
    return {
        sender: tuple((rule, tests) for rule, senders, tests in made if not senders or sender in senders)
        for sender in words.words("from")
    }


def _codes(rule: Rule, key: str, words: Vocabulary) -> frozenset[str]:
    return frozenset(words.expand(rule.when_.get(key, ())))


def _tests(rule: Rule, words: Vocabulary) -> tuple[Test, ...]:
    return tuple(_BUILD[key](_codes(rule, key, words)) for key in rule.when_ if key != "from")


_BUILD: Final[Mapping[str, Callable[[frozenset[str]], Test]]] = {
    "to": lambda codes: lambda facts: facts.receiver in codes,
    "subject": lambda codes: lambda facts: facts.subject in codes,
    "offence": lambda codes: lambda facts: facts.offence in codes,
    "purpose": lambda codes: lambda facts: facts.purpose in codes,
    "technique": lambda codes: lambda facts: facts.technique in codes,
    "data_any": lambda codes: lambda facts: not codes.isdisjoint(facts.data),
    "data_only": lambda codes: lambda facts: facts.data <= codes,
    "data_none": lambda codes: lambda facts: codes.isdisjoint(facts.data),
    "flags_all": lambda codes: lambda facts: codes <= facts.flags,
    "flags_none": lambda codes: lambda facts: codes.isdisjoint(facts.flags),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """What a version adds, takes away and changes, by rule id in the order of the newer file."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


def difference(old: RuleSet, new: RuleSet) -> Difference:
    """How `new` differs from `old`, rule by rule; a condition that reads differently changes the rules that name it."""
    before, after = {rule.id: rule for rule in old.rules}, {rule.id: rule for rule in new.rules}
    reworded = {code for code, one in new.conditions.items() if old.conditions.get(code) != one}
    return Difference(
        added=tuple(name for name in after if name not in before),
        removed=tuple(name for name in before if name not in after),
        changed=tuple(
            name
            for name, rule in after.items()
            if name in before and (before[name] != rule or not reworded.isdisjoint(rule.conditions))
        ),
    )
