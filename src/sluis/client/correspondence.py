"""From a request to a letter: which letters fit its stage, and the facts each of them states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sluis.client.persons import Controller
from sluis.client.rightsbook import Kept, Told
from sluis.client.session import Session
from sluis.core import errors
from sluis.core.law import letters, rules, terms
from sluis.core.law.letters import Found, Item, Language, Letter, LetterId, Order
from sluis.core.taxonomy import forms
from sluis.wire import clock

DAY: Final = 86_400
# What fits an outcome. A correction that everybody confirmed brings one letter more.
_OF: Final[Mapping[str, LetterId]] = {
    "beantwoord": "inzage",
    "gegrond": "gegrond",
    "ongegrond": "geweigerd",
    "geweigerd": "geweigerd",
    "gewist": "gewist",
    "niets": "niets",
}


def fitting(session: Session, kept: Kept) -> tuple[LetterId, ...]:
    """The letters that can be made now, in the order they are sent."""
    request = kept.request
    found: list[LetterId] = ["ontvangst"]
    if session.store.rights.code(kept.number) and not request.control:
        found.append("bewijs")
    if request.extended:
        found.append("verlenging")
    if request.ended in _OF and (_OF[request.ended] != "geweigerd" or request.refusal):
        found.append(_OF[request.ended])
    if request.correction and not request.correction.waiting:
        found.append("gecorrigeerd")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Writer:
    """Whoever writes: the controller, in one language."""

    session: Session
    controller: Controller
    language: Language = "nl"

    def letter(self, number: int, kind: str) -> Letter:
        """A letter about a request. Raises NotFound `onbekend-verzoek`, Conflict `brief-past-niet` when it does not fit yet."""
        kept = self.session.store.rights.read(number)
        chosen = next((one for one in fitting(self.session, kept) if one == kind), None)
        if chosen is None:
            raise errors.Conflict("This letter does not fit how the request stands.", code="brief-past-niet")
        order = Order(chosen, self.language, clock.now() // DAY, self._found(kept), self._more(kept, chosen))
        return letters.compose(self._request(kept), order)

    def _request(self, kept: Kept) -> letters.Request:
        who = self.controller
        words = (who.name or self._member()[0], who.contact, who.sector or self._member()[1])
        return letters.Request(*words, kept.name, kept.right, kept.request.type, kept.received, kept.due)

    def _member(self) -> tuple[str, str]:
        """Name and sector of this partner in the policy; empty without one in force."""
        try:
            found = self.session.directory.snapshot().memberships(self.session.key)
        except errors.SluisError:
            return "", ""
        return next(((member.name, member.sector) for _section, member in found), ("", ""))

    def _found(self, kept: Kept) -> Found:
        items = [self._item(one) for one in kept.request.told]
        return Found(items, kept.request.withdrawn, kept.request.checks, kept.request.alone)

    def _item(self, one: Told) -> Item:
        form, words = forms.by_code().get(one.form), letters.statuses(self.language)
        label = (form.label_nl if self.language == "nl" else form.label_en) if form else one.form
        recipients = {self._sector(name): amount for name, amount in one.recipients.items()}
        return Item(one.state, label, words.get(one.status, one.status), one.ground, recipients)

    def _sector(self, code: str) -> str:
        word = rules.packaged_version().words.words("from").get(code)
        return (word.nl if self.language == "nl" else word.en) if word else code

    def _more(self, kept: Kept, kind: LetterId) -> dict[str, str | int]:
        request = kept.request
        if kind == "bewijs":
            return self._code(kept)
        if kind in ("verlenging", "geweigerd"):
            reason = request.extended if kind == "verlenging" else request.refusal
            return {"reason": reason, "decider": self._decider(kept)}
        if kind == "gecorrigeerd" and request.correction:
            return {"receivers": request.correction.receivers}
        return {"retention": self._retention(), "decider": self._decider(kept)}

    def _code(self, kept: Kept) -> dict[str, str | int]:
        code = self.session.store.rights.code(kept.number)
        words: dict[str, str | int] = {"attempts": terms.book().design.proof_attempts}
        return {**words, "way": code.way, "code_until": code.until // DAY} if code else words

    def _decider(self, kept: Kept) -> str:
        """Who decided, by organisation: the person is named in the own register, not in a letter."""
        is_own = kept.request.ended == "geweigerd"
        name = self._request(kept).controller if is_own else kept.request.decider
        if not name:
            return "de geschillencommissie" if self.language == "nl" else "the dispute body"
        return f"een medewerker van {name}" if self.language == "nl" else f"an employee of {name}"

    def _retention(self) -> int:
        try:
            found = self.session.directory.snapshot().memberships(self.session.key)
        except errors.SluisError:
            found = []
        return max((section.retention for section, _member in found), default=0)
