"""The words in which an exchange is described to the privacykader: one closed list a field, with groups of words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

# Field of the facts -> list of the vocabulary it takes its words from.
LISTS: Final[Mapping[str, str]] = {
    "from": "sectors",
    "to": "sectors",
    "data": "data",
    "offence": "offence",
    "subject": "subject",
    "purpose": "purpose",
    "technique": "technique",
    "flags": "flags",
}
MANY: Final = ("data", "flags")
GROUP: Final = "@"


@dataclass(frozen=True, slots=True)
class Word:
    """One word in Dutch and English. `changed_by`: who can make a flag so, `arrangement`, `design` or `nobody`."""

    nl: str
    en: str
    changed_by: str = "nobody"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words by list and code, and groups of codes by name."""

    lists: Mapping[str, Mapping[str, Word]]
    groups: Mapping[str, tuple[str, ...]]
    _sets: dict[str, frozenset[str]] = field(default_factory=dict, compare=False, repr=False)

    def words(self, fact: str) -> Mapping[str, Word]:
        """The words a fact may hold, by code, in their order."""
        return self.lists[LISTS[fact]]

    def expand(self, codes: Iterable[str]) -> Iterator[str]:
        """Codes with `@group` replaced by what is in it. Raises KeyError for a group that does not exist."""
        for code in codes:
            if code.startswith(GROUP):
                yield from self.groups[code.removeprefix(GROUP)]
            else:
                yield code

    def group(self, name: str) -> frozenset[str]:
        """The codes of a group. Raises KeyError for one that does not exist."""
        found = self._sets.get(name)
        if found is None:
            found = self._sets[name] = frozenset(self.groups[name])
        return found
