"""Commit-and-audit from outside the hub: the auditor fixes, tells, recomputes and checks; the partner opens what was drawn.

Openings are files on the partner's premises. What goes to the hub is a digest, a secret whose day is over, and outcomes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from sluis.client.evaluate import KeptBatch
from sluis.client.session import Session
from sluis.core import errors
from sluis.core.exchange import asking, documents, draws, policy, samples
from sluis.core.exchange.auditing import (
    AuditedDay,
    DayCommitted,
    DayRevealed,
    DrawnDays,
    Ended,
    LoggedLine,
    OutcomesGiven,
    OutcomesKept,
    Question,
    Supervision,
)
from sluis.core.exchange.draws import Drawn, Outcome
from sluis.core.exchange.encodings import KeyId, document, sha256
from sluis.core.exchange.log import inclusion, merkle, tiles
from sluis.core.exchange.log.checkpoint import Checkpoint
from sluis.core.exchange.policy import Budget, Member, Section
from sluis.core.exchange.samples import Opening
from sluis.core.exchange.words import Use
from sluis.wire import clock

LINE: Final = "houderregel"


class _Told(msgspec.Struct, frozen=True):
    activity: str
    party: str
    reference: str


class _Page(msgspec.Struct, frozen=True):
    next: int | None
    records: tuple[msgspec.Raw, ...]


class Row(msgspec.Struct, frozen=True):
    """How one member stands after a day: questions asked and drawn, and how those drawn ended; `open` may still be shown."""

    member: str
    name: str
    asked: int
    drawn: int
    outcomes: dict[str, int]
    open: int


class Report(msgspec.Struct, frozen=True):
    """What an auditor found of a day: a row for each member, lines that came after the seal, and lines that were erased."""

    circle: str
    day: int
    late_lines: int
    erased_lines: int
    members: tuple[Row, ...]


class Secret(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an auditor keeps to itself: a day and the secret (32 octets) that draws from it, and from no other."""

    day: int
    secret: bytes

    def __repr__(self) -> str:
        return f"<secret of day {self.day}>"


class Proposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an auditor proposes to the policy authority after a question that did not hold. People decide: it takes the same two
    signatures as any other policy."""

    circle: bytes
    member: bytes
    day: int
    outcomes: dict[str, int]
    budgets: dict[str, Budget]
    v: int = 1


@dataclass(frozen=True, slots=True)
class Audit:
    """One party at work on one circle, which is named; as auditor or as partner."""

    session: Session
    circle: str

    @property
    def section(self) -> Section:
        """The circle. Raises NotFound `onbekende-kring`."""
        return self.session.directory.snapshot().named(self.circle)

    def _url(self, *more: object) -> str:
        base = f"{self.session.web}/v1/kringen/{self.section.circle.hex()}/controles"
        return "/".join([base, *map(str, more)])

    def _post(self, url: str, body: msgspec.Struct) -> bytes:
        return self.session.transport.post(url, msgspec.json.encode(body))

    def commit(self, kept: Secret) -> None:
        """Fixes the secret of a day that has not begun. Raises as the hub answers: `dag-begonnen` among others."""
        self._post(self._url(), DayCommitted(commitment=draws.commitment(kept.secret), day=kept.day))

    def reveal(self, kept: Secret) -> None:
        """Tells the secret of a day that is over. Raises as the hub answers: `dag-niet-voorbij`, `dag-niet-verzegeld`."""
        self._post(self._url(kept.day, "onthulling"), DayRevealed(secret=kept.secret))

    def days(self) -> tuple[int, ...]:
        """The days that were fixed, newest first."""
        octets = self.session.transport.get(self._url())
        return msgspec.json.decode(octets, type=DrawnDays).days

    def day(self, day: int) -> AuditedDay:
        """A day as this party may see it, all its lines, when secret and draw hold. Raises as `require_drawn`."""
        found = page = self._page(day, 0)
        while page.next is not None:
            page = self._page(day, page.next)
            found = msgspec.structs.replace(found, lines=(*found.lines, *page.lines))
        require_drawn(found)
        return msgspec.structs.replace(found, next=None)

    def _page(self, day: int, start: int) -> AuditedDay:
        octets = self.session.transport.get(f"{self._url(day)}?vanaf={start}")
        return msgspec.json.decode(octets, type=AuditedDay)

    def supervision(self) -> Supervision:
        """Charts, samples and late receipts of every member, as the circle's auditor. Raises NotAllowed for anybody else."""
        octets = self.session.transport.get(self._url().removesuffix("controles") + "toezicht")
        return msgspec.json.decode(octets, type=Supervision)

    def records(self, of: str) -> Iterator[msgspec.Raw]:
        """Every line of `verwerkingen` or `beslissingen` that this party may see, oldest first."""
        start: int | None = 0
        while start is not None:
            octets = self.session.transport.get(f"{self._url().removesuffix('controles')}{of}?vanaf={start}")
            page = msgspec.json.decode(octets, type=_Page)
            yield from page.records
            start = page.next

    def require_logged(self, day: AuditedDay) -> None:
        """Raises ProtocolFailure `regel-niet-in-logboek` unless every line before the seal is the one in the cosigned log."""
        snapshot = self.session.directory.snapshot()
        note = self.session.transport.get(f"{self.session.web}/log/checkpoint").decode("utf-8", "replace")
        now = policy.trust_in(snapshot, snapshot).verify(note)
        lines = [one for one in day.lines if _is_sealed(one, day) and one.salt]
        ranges = {one.place: merkle.inclusion_ranges(one.place or 0, now.size) for one in lines if (one.place or 0) < now.size}
        wanted = sorted(tiles.needed(one for path in ranges.values() for one in path))
        url = f"{self.session.web}/log"
        known = {tile: self.session.transport.get(f"{url}/{tiles.path(tile, now.size)}") for tile in wanted}
        for one in lines:
            _require_there(one, tiles.proof(ranges.get(one.place, []), known), now)

    def end(self, day: int, outcomes: Sequence[Ended]) -> int:
        """Tells the hub how questions ended; how many of the day are open. Raises as the hub answers."""
        octets = self._post(self._url(day, "uitkomsten"), OutcomesGiven(outcomes=tuple(outcomes)))
        return msgspec.json.decode(octets, type=OutcomesKept).open

    def report(self, day: AuditedDay) -> Report:
        """How the members stand after a day."""
        names = {member.id: member.name for member in self.section.members}
        return Report(
            circle=self.circle,
            day=day.day,
            late_lines=sum(not _is_sealed(one, day) for one in day.lines),
            erased_lines=sum(not one.salt for one in day.lines),
            members=tuple(_row(member, name, day) for member, name in sorted(names.items(), key=lambda one: one[1])),
        )

    def proposal(self, day: AuditedDay, member: Member) -> Proposal:
        """Budgets cut to a hundredth, because of what did not hold. Raises Conflict `alles-klopt` when everything did."""
        ended = Counter(one.outcome.value for one in _of(day, member.id) if one.outcome not in (None, Outcome.PROVED))
        if not ended:
            raise errors.Conflict("Every question of this member that ended was proved, or may still be.", code="alles-klopt")
        cut = next(one for one in draws.reduced(self.section, member.id).members if one.id == member.id)
        return Proposal(
            circle=self.section.circle, member=member.id, day=day.day, outcomes=dict(ended), budgets=dict(cut.budgets)
        )

    def open(self, drawn: Drawn) -> Opening:
        """What opens one question of one's own, from what was kept of its batch.

        Raises NotFound `partij-niet-bewaard` when nothing is kept of it, or another request under this batch id.
        """
        octets = self.session.store.batch(drawn.batch)
        kept = msgspec.json.decode(octets, type=KeptBatch) if octets else None
        if kept is None or not kept.messages:
            raise _not_kept()
        asked = _asked(kept, drawn)
        if sha256(asked.request.octets()) != drawn.digest:
            raise _not_kept()
        return samples.opened(asked, drawn.position)


def _not_kept() -> errors.NotFound:
    return errors.NotFound("The store keeps nothing of this request, or of another one.", code="partij-niet-bewaard")


def _asked(kept: KeptBatch, drawn: Drawn) -> asking.AskedBatch:
    questions = [asking.Question(*one) for one in zip(kept.messages, kept.purposes, kept.references, strict=True)]
    return asking.ask(questions, asking.Plan(KeyId(kept.key), Use(kept.use), drawn.batch, kept.seed))


def require_drawn(day: AuditedDay) -> None:
    """Raises ProtocolFailure `steekproef-onjuist` unless what was drawn follows from the secret, and that from its digest."""
    if day.secret is None:
        return
    lines = [one.line for one in day.lines if _is_sealed(one, day)]
    drawn = draws.draw(day.secret, lines)
    if draws.commitment(day.secret) != day.commitment or drawn != tuple(one.drawn for one in day.questions):
        raise errors.ProtocolFailure("What the hub says was drawn does not follow from the secret.", code="steekproef-onjuist")


def _is_sealed(line: LoggedLine, day: AuditedDay) -> bool:
    return day.seal is None or (line.place is not None and line.place < day.seal)


def _require_there(one: LoggedLine, path: Sequence[bytes], now: Checkpoint) -> None:
    try:
        told = documents.read(one.event, _Told)
        expected = _Told(LINE, one.line.member.hex(), sha256(document(one.line)).hex())
        leaf = merkle.leaf_hash(inclusion.entry(one.salt, one.event))
        merkle.require_inclusion(leaf, one.place or 0, size=now.size, root_hash=now.root, path=path)
    except (errors.Malformed, errors.ProtocolFailure):
        raise _elsewhere() from None
    if told != expected:
        raise _elsewhere()


def _elsewhere() -> errors.ProtocolFailure:
    words = "A line that the hub shows is not the one in the log."
    return errors.ProtocolFailure(words, code="regel-niet-in-logboek")


def _of(day: AuditedDay, member: bytes) -> list[Question]:
    return [one for one in day.questions if one.drawn.member == member]


def _row(member: bytes, name: str, day: AuditedDay) -> Row:
    requests = {one.line.digest: one.line.m for one in day.lines if one.line.member == member}
    mine = _of(day, member)
    ended = Counter(one.outcome.value for one in mine if one.outcome is not None)
    return Row(member.hex(), name, sum(requests.values()), len(mine), dict(ended), len(mine) - ended.total())


def find(questions: Iterable[Drawn], name: str) -> Drawn:
    """The question called `name`, digest and position. Raises NotFound `geen-steekproef`."""
    by_name: dict[str, list[Drawn]] = defaultdict(list)
    for one in questions:
        by_name[one.name].append(one)
    if name not in by_name:
        raise errors.NotFound("No question of that name was drawn.", code="geen-steekproef")
    return by_name[name][0]


def checked(opening: Opening, day: AuditedDay, *, case_seen: bool) -> Ended:
    """How a question ends that is shown on the premises: whether it opens is computed, whether there is such a case people saw.

    Raises NotFound `geen-steekproef` when it was not drawn.
    """
    name = f"{sha256(opening.request).hex()}-{opening.position}"
    drawn = find((one.drawn for one in day.questions), name)
    outcome = Outcome.PROVED if case_seen else Outcome.NO_CASE
    try:
        samples.require_opened(opening, drawn)
    except errors.ProtocolFailure as error:
        outcome = Outcome.NO_CASE if error.reason == "opening-leeg" else Outcome.MISMATCH
    return Ended(digest=drawn.digest, member=drawn.member, outcome=outcome, position=drawn.position)


def read_proposal(octets: bytes) -> Proposal:
    """A proposal from JSON. Raises Malformed `document-onleesbaar`."""
    return documents.read(octets, Proposal)


def adopted(sections: Iterable[Section], proposal: Proposal) -> tuple[Section, ...]:
    """The circles with the budgets of the proposal, for the policy authority to sign or not. Raises NotFound `onbekend-lid`."""
    found, there = list[Section](), False
    for section in sections:
        members = tuple(_cut(one, section, proposal) for one in section.members)
        there = there or members != section.members
        found.append(msgspec.structs.replace(section, members=members))
    if not there:
        raise errors.NotFound("There is no such member in the circle, or its budgets are so already.", code="onbekend-lid")
    return tuple(found)


def _cut(member: Member, section: Section, proposal: Proposal) -> Member:
    is_named = (section.circle, member.id) == (proposal.circle, proposal.member)
    return msgspec.structs.replace(member, budgets=proposal.budgets) if is_named else member


def today() -> int:
    """The day of now, in days since 1970 (UTC)."""
    return clock.now() // draws.DAY
