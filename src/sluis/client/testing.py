"""FakeSluis: hub, edge and holders in memory, for the tests of partners. Real keys, real proofs, the real gate; no network.

    fake = FakeSluis(members=("bank", "shop"))
    session = fake.session("shop")

Faults can be switched on: `fake.down` and `fake.lying` hold the indices of holders that do not answer, or answer wrong;
`fake.behind` says in which older generation of a key a holder still answers.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

import httpx
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sluis.client import authority
from sluis.client.directory import Directory, Source
from sluis.client.session import Session
from sluis.client.store import Store
from sluis.client.transport import Transport
from sluis.core import errors
from sluis.core.exchange import (
    admission,
    buckets,
    ceremony,
    documents,
    entries,
    epochs,
    evaluation,
    group,
    policy,
    signal,
    succession,
    wire,
)
from sluis.core.exchange.admission import Admitted, Publication
from sluis.core.exchange.bodies import (
    BucketQuestion,
    DisclosedSignal,
    DisclosureAnswer,
    DisclosureReceipt,
    DisclosureRequest,
)
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.encodings import Tag, document, sha256
from sluis.core.exchange.epochs import Timetable
from sluis.core.exchange.evaluation import Share
from sluis.core.exchange.keys import KeyRecord, Slot
from sluis.core.exchange.log.memory import MemoryLog, Witness
from sluis.core.exchange.policy import Member, Section, SignedSnapshot
from sluis.core.exchange.succession import Replaced
from sluis.core.exchange.words import Use
from sluis.core.identifiers import kinds, protected, suffixes
from sluis.core.law import decision, provenance
from sluis.wire import clock, problems, signatures
from sluis.wire.book import PolicyAnswer

WEB: Final = "https://web.test"
EDGE: Final = "https://edge.test"
CIRCLE: Final = "proeftuin"
PURPOSE: Final = "onderzoek met verzonnen gegevens"
EPOCH: Final = 90 * 86_400
_YEAR: Final = 365 * 86_400
Body = TypeVar("Body", bound=msgspec.Struct)


def _key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(secrets.token_bytes(32))


@dataclass(frozen=True, slots=True)
class _Party:
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: Ed25519PrivateKey = field(default_factory=_key)

    @property
    def public(self) -> bytes:
        return documents.public_key(self.key)


def logged(sent: SignedSnapshot, log: MemoryLog, witnesses: Sequence[Witness]) -> SignedSnapshot:
    """The snapshot as it is in force: its digest in the log, under a checkpoint that these witnesses cosigned just now."""
    event = document({"activity": policy.OFFERED, "reference": sha256(sent.head.payload).hex()})
    proof = log.logged(event, secrets.token_bytes(16), witnesses=witnesses, time=clock.now())
    return msgspec.structs.replace(sent, proof=proof)


class FakeSluis:
    """Three holders of whom two are needed, one circle called `proeftuin`, the members you name. Reads `wire.clock`.

    The circle exchanges identifiers of one type, `kind`.
    """

    def __init__(
        self,
        *,
        members: Sequence[str] = ("bank", "shop"),
        day_budget: int = 10_000,
        term: int = 60 * 86_400,
        kind: str = "iban",
    ) -> None:
        self._kind = kinds.type_named(kind)
        self.down: set[int] = set()
        self.lying: set[int] = set()
        self.requests: list[tuple[str, bytes]] = []
        self._now = clock.now()
        self._day_budget, self._term = day_budget, term
        self._policy_keys = tuple(_key() for _ in range(3))
        self._hub, self._edge = _Party(), _Party()
        self._holders = tuple(_Party() for _ in range(3))
        self._seals = tuple(X25519PrivateKey.from_private_bytes(secrets.token_bytes(32)) for _ in range(3))
        self._members = {name: _Party() for name in members}
        self._circle = secrets.token_bytes(16)
        self._signals: dict[tuple[bytes, Tag], Admitted] = {}
        self._by_id: dict[bytes, Admitted] = {}
        self._used: dict[bytes, int] = {}
        self.behind: dict[int, int] = {}
        self._newest: dict[int, KeyRecord] = {}
        self._shares: dict[tuple[bytes, int], dict[int, Share]] = {}
        self._signed_keys: list[Signed] = []
        self.log = MemoryLog("sluis.test/log", _key())
        self.sign_policy(serial=1)
        self.make_key(1)

    @property
    def pinned(self) -> frozenset[bytes]:
        """The policy keys a partner would pin."""
        return frozenset(documents.public_key(key) for key in self._policy_keys)

    def session(self, name: str, *, store: str = ":memory:") -> Session:
        """A session as the member called `name`."""
        private = self._members[name].key
        transport = Transport(httpx.Client(transport=httpx.MockTransport(self._handle)), private, sleep=lambda _seconds: None)
        kept = Store(store, private)
        return Session(
            transport, Directory(transport, Source(WEB, self.pinned), kept), kept, WEB, EDGE, self._members[name].public
        )

    def withdraw_all(self) -> None:
        """Every signal goes, as if its publisher took it back."""
        self._signals.clear()

    def sign_policy(self, *, serial: int, sections: tuple[Section, ...] | None = None) -> None:
        """Signs a new snapshot as of now, with the usual circle or the `sections` given."""
        circles = sections if sections is not None else (self.section(),)
        drafted = authority.draft(self._head(serial), circles)
        for key in self._policy_keys[:2]:
            drafted = authority.countersign(drafted, key)
        holders = [(one.witness, party.key) for one, party in zip(self.holders(), self._holders, strict=True)]
        self._sent = logged(drafted, self.log, holders)
        self._snapshot = policy.accept(self._sent, pinned=self.pinned, stored=None, now=clock.now())

    def section(self) -> Section:
        """The circle as it is at first; change it with `msgspec.structs.replace` and sign again."""
        end = self._now + self._term
        return Section(
            v=1,
            circle=self._circle,
            name=CIRCLE,
            title="Proeftuin",
            from_=self._now - 60,
            until=end,
            types=(self._kind.label,),
            purposes=(PURPOSE,),
            mode="bucket",
            k=1,
            grade="C",
            retention=90,
            disclosure=policy.Disclosure(context="automatic", publisher="off"),
            assessment=policy.AssessmentTerm(id="PK-1", from_=self._now - 60, until=end),
            members=tuple(self._member(name) for name in self._members),
        )

    def _member(self, name: str) -> Member:
        party, end = self._members[name], self._now + self._term
        budget = policy.Budget(minute=self._day_budget, day=self._day_budget, year=_YEAR)
        return Member(
            id=party.id,
            name=name,
            sector=name,
            group=party.id,
            key=party.public,
            types=(self._kind.label,),
            uses=("publish", "check", "republish"),
            budgets={"publish": budget, "check": budget, "republish": budget},
            from_=self._now - 60,
            until=end,
        )

    def holders(self) -> tuple[policy.Holder, ...]:
        """The three holders as the policy has them."""
        return tuple(
            policy.Holder(
                id=party.id,
                index=i,
                name=f"holder {i}",
                key=party.public,
                seal=seal.public_key().public_bytes_raw(),
                url=f"https://holder{i}.test",
            )
            for i, (party, seal) in enumerate(zip(self._holders, self._seals, strict=True), 1)
        )

    def _head(self, serial: int) -> policy.Head:
        now = clock.now()
        return policy.Head(
            v=1,
            serial=serial,
            created=now,
            not_after=now + policy.MAX_TERM,
            threshold=2,
            holders=self.holders(),
            hub=policy.Service(id=self._hub.id, key=self._hub.public, url=WEB),
            edge=policy.Service(id=self._edge.id, key=self._edge.public, url=EDGE),
            log=self.log.key,
            epochs=tuple(self._epoch(number) for number in (1, 2)),
            revoked=(),
            normaliser=kinds.NORMALISER_VERSION,
            suffixes=suffixes.packaged_list().digest,
            protected=protected.packaged_list().digest,
            sections=(),
        )

    def _epoch(self, number: int) -> policy.Epoch:
        start = self._now - 60 + (number - 1) * EPOCH
        return policy.Epoch(number=number, start=start, end=start + EPOCH)

    def make_key(self, epoch: int) -> KeyRecord:
        """The holders make the key of an epoch (1 or 2), now."""
        return self._hold(Slot(self._circle, self._kind, epoch, 1), "dkg", {})

    def refresh(self, record: KeyRecord) -> KeyRecord:
        """The holders renew the shares of a key."""
        return self._hold(record.slot.next(), "refresh", self._shares[record.id, record.generation])

    def _hold(self, slot: Slot, kind: ceremony.Kind, held: Mapping[int, Share]) -> KeyRecord:
        seals = {i: seal.public_key().public_bytes_raw() for i, seal in enumerate(self._seals, 1)}
        renews = {slot: self._newest[slot.epoch]} if held else {}
        setting = ceremony.Setting(secrets.token_bytes(16), (slot,), 2, seals, clock.now(), kind, renews)
        old = {i: {slot: share.secret} for i, share in held.items()}
        people = {i: ceremony.Participant(setting, i, secrets.token_bytes, held=old.get(i)) for i in seals}
        commits = {i: one.commit() for i, one in people.items()}
        deals = {i: one.deal() for i, one in people.items()}
        results = {i: one.finish(commits, deals, self._seals[i - 1]) for i, one in people.items()}
        record = self._newest[slot.epoch] = results[1].records[slot]
        self._shares[record.id, record.generation] = {i: result.shares[slot] for i, result in results.items()}
        self._signed_keys.append(documents.sign("keys", record, [party.key for party in self._holders]))
        return record

    @property
    def record(self) -> KeyRecord:
        """The key one checks under now."""
        return self._newest[self._table().checks(clock.now()) or 1]

    def _table(self) -> Timetable:
        periods = self._snapshot.head.epochs
        return epochs.timetable(periods, self._newest.values(), circle=self._circle, kind=self._kind)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        try:
            signer = signatures.verify(request.method, str(request.url), request.headers, body=request.content, now=clock.now())
            self.requests.append((str(request.url), request.content))
            return httpx.Response(200, content=self._route(request, signer.key))
        except errors.SluisError as error:
            status, headers, body = problems.to_problem(error)
            return httpx.Response(status, headers=headers, content=body)

    def _route(self, request: httpx.Request, key: bytes) -> bytes:
        host, path = request.url.host, request.url.path
        if host.startswith("holder"):
            return self._evaluate(int(host[6]), request.content, key)
        if host == "edge.test":
            return self._buckets(_read(request.content, BucketQuestion), key)
        handlers: dict[str, Callable[[], bytes]] = {
            "/v1/beleid": lambda: msgspec.json.encode(self._policy(key)),
            "/v1/verstrekkingen": lambda: msgspec.json.encode(self._disclose(_read(request.content, DisclosureRequest), key)),
            f"/v1/kringen/{self._circle.hex()}/signalen": lambda: self._publish(_read(request.content, Publication), key),
        }
        if path not in handlers:
            raise errors.NotFound
        return handlers[path]()

    def _policy(self, key: bytes) -> PolicyAnswer:
        seen = tuple(policy.seen_by(self._sent.sections, key))
        return PolicyAnswer(self._sent.head, seen, tuple(self._signed_keys), proof=self._sent.proof)

    def _passage(self, key: bytes, *, use: str | None = None, purpose: str | None = None) -> Member:
        self._snapshot.require_current(clock.now())
        section, member = self._snapshot.member(self._circle, key)
        decision.require(decision.Passage(section, member, clock.now(), type=self._kind.label, use=use, purpose=purpose))
        return member

    def _evaluate(self, index: int, body: bytes, key: bytes) -> bytes:
        if index in self.down:
            raise errors.Unavailable
        request = wire.EvaluateRequest.parse(body)
        member = self._passage(key, use=request.use.label)
        record = next((one for one in self._newest.values() if one.id == request.key_id), None)
        if record is None or not self._table().is_live(record.epoch, clock.now()):
            raise errors.NotFound(code="onbekende-sleutel")
        request.check_elements()
        self._charge(index, member, request)
        share = self._shares[record.id, self.behind.get(index, record.generation)][index]
        if index in self.lying:
            share = Share(index, share.generation, group.reduce(secrets.token_bytes(64)), share.public)
        desk = evaluation.Desk(self._holders[index - 1].key, member.id, clock.now(), secrets.token_bytes(32))
        return evaluation.answer(request, share, desk)

    def _charge(self, index: int, member: Member, request: wire.EvaluateRequest) -> None:
        account = bytes([index, request.use]) + member.id
        used = self._used.get(account, 0) + len(request.blinded)
        if used > member.budget(Use(request.use)).day:
            raise errors.TooMany("The day's budget is used up.", retry_after=86_400)
        self._used[account] = used

    def _buckets(self, asked: BucketQuestion, key: bytes) -> bytes:
        self._passage(key)
        found = sorted(self._entries(asked.key), key=lambda entry: entry.tag)
        bits = buckets.bits_for(len(found))
        if asked.bits != bits:
            raise errors.Conflict("Ask with another number of bits.", code="andere-bucket", bits=bits)
        buckets.check_prefixes(list(asked.prefixes), bits)
        chosen = ([one.octets() for one in found if buckets.prefix(one.tag, bits) == wanted] for wanted in asked.prefixes)
        return b"".join(buckets.padded(b"".join(octets)) for octets in chosen)

    def _entries(self, key_id: bytes) -> list[signal.Entry]:
        tags = {tag for (_, tag), one in self._signals.items() if one.header.key_id == key_id}
        merged = (entries.merge(tag, self._live(tag), k=self._snapshot.section(self._circle).k) for tag in tags)
        return [entry for entry in merged if entry is not None]

    def _live(self, tag: Tag) -> list[entries.LiveSignal]:
        groups = {member.id: member.group for member in self._snapshot.section(self._circle).members}
        headers = [one.header for (_, found), one in self._signals.items() if found == tag]
        return [
            entries.LiveSignal(
                one.signal_id,
                groups[one.publisher],
                one.kind,
                one.origin,
                one.grade,
                one.advice,
                one.form,
                one.created,
                one.seen,
                one.expires,
            )
            for one in headers
        ]

    def _publish(self, publication: Publication, key: bytes) -> bytes:
        member = self._passage(key, use="publish")
        section = self._snapshot.section(self._circle)
        keys = {number: record.id for number, record in self._newest.items()}
        used = frozenset(keys[number] for number in self._table().publishes(clock.now()))
        desk = admission.Desk(section, member, used, clock.now())
        admitted = admission.admit(publication, desk)
        named = (self._by_id[one] for one in succession.named(admitted) if one in self._by_id)
        live = {one.header.signal_id: Replaced(one.header, one.tag) for one in named}
        succession.check(admitted, live, previous={keys[one]: keys[one - 1] for one in keys if one - 1 in keys})
        states = [self._store(one) for one in admitted]
        return msgspec.json.encode({"signals": states})

    def _store(self, admitted: Admitted) -> dict[str, bytes | str]:
        place = (admitted.header.publisher, admitted.tag)
        there = self._signals.get(place)
        state = "stored" if there is None else "same" if there == admitted else "replaced"
        if there is not None and state == "replaced" and admitted.header.revision <= there.header.revision:
            raise errors.Conflict("Another signal has this revision.", code="revisie")
        self._signals[place] = self._by_id[admitted.header.signal_id] = admitted
        return {"id": admitted.header.signal_id, "state": state}

    def _disclose(self, asked: DisclosureRequest, key: bytes) -> DisclosureAnswer:
        member = self._passage(key, purpose=asked.purpose)
        tag = signal.tag(asked.key, asked.voucher)
        found = [one for (publisher, at), one in self._signals.items() if at == tag and publisher != member.id]
        if not found:
            raise errors.NotFound("No other signal is known.", code="geen-signaal")
        sectors = {one.id: one.sector for one in self._snapshot.section(self._circle).members}
        marked = ((one, provenance.label(sectors[one.header.publisher])) for one in found)
        signals = tuple(DisclosedSignal(one.context, one.header.signal_id, one.salt, provenance=label) for one, label in marked)
        ids = tuple(one.id for one in signals)
        words = (asked.circle, asked.commitment, asked.level, asked.purpose)
        receipt = DisclosureReceipt(member.id, *words, ids, clock.now())
        return DisclosureAnswer(documents.sign("disclosure", receipt, [self._hub.key]), (), signals)


def _read(body: bytes, kind: type[Body]) -> Body:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise errors.Malformed(str(error)) from None
