"""Factories for the hub's tests: they call services, and sign as holders, members and the policy authority would.

`Circle` has everybody's keys in memory. What it makes holds; a test spoils one thing and looks what happens.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from make_ceremony import Ceremony
from make_law import assess

from sluis.apps.exchange import services as exchange
from sluis.apps.exchange.services.publish import SignalState
from sluis.apps.partners import services as partners
from sluis.client import authority
from sluis.core.exchange import ceremony, documents, envelope, notices, oprf, policy, sharing, signal
from sluis.core.exchange.admission import Publication, PublishedSignal
from sluis.core.exchange.bodies import Cosigned
from sluis.core.exchange.envelope import Context
from sluis.core.exchange.keys import Slot
from sluis.core.exchange.log.checkpoint import LogKey
from sluis.core.exchange.notices import Notice
from sluis.core.exchange.policy import Section, SignedSnapshot
from sluis.core.exchange.words import Advice, Grade, Kind, Origin
from sluis.core.identifiers import normalise, protected, suffixes
from sluis.core.taxonomy import forms
from sluis.plumbing.models import Event
from sluis.wire import clock, credentials, signatures

DAY = 86_400
PURPOSE = "onderzoek-proeftuin"
IBAN = "NL13TEST0123456789"
OTHER_IBAN = "NL47SLUI0000000042"
FORM = forms.by_number()[min(forms.by_number())].code


@dataclass(frozen=True)
class Party:
    """Somebody with an id, a group and a key."""

    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    group: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def public(self) -> bytes:
        return documents.public_key(self.key)


@dataclass(frozen=True)
class Draft:
    """What a test says of one signal; the rest is as it should be."""

    iban: str = IBAN
    grade: Grade = Grade.B
    origin: Origin = Origin.OWN
    revision: int = 1
    seen: int | None = None
    expires: int | None = None
    form: int | None = None
    signal_id: bytes | None = None
    replaces: bytes = signal.NOTHING
    kind: Kind = Kind.FRAUD


class Circle:
    """A circle with members, three holders (two needed), hub, edge and policy keys. Nothing is at the hub until `arrive`."""

    def __init__(self, *members: str, name: str = "proeftuin") -> None:
        self.name, self.id, self.now = name, secrets.token_bytes(16), clock.now()
        self.members = {member: Party() for member in members or ("bank", "shop", "carrier")}
        self.policy_keys = tuple(Ed25519PrivateKey.generate() for _ in range(3))
        self.holders = tuple(Party() for _ in range(3))
        self.seals = tuple(X25519PrivateKey.generate() for _ in range(3))
        self.hub = Party(key=credentials.signing_key(Path(settings.SLUIS_HUB_KEY_FILE)))
        self.edge = Party()
        self.serial = 0
        self.record: Any = None
        self._shares: dict[int, Any] = {}
        self.keys: dict[int, tuple[Any, dict[int, Any]]] = {}

    # policy

    def section(self, **changes: Any) -> Section:
        """The circle as it should be, with changes."""
        until = self.now + 60 * DAY
        plain = Section(
            v=1,
            circle=self.id,
            name=self.name,
            title=f"Kring {self.name}",
            from_=self.now - 60,
            until=until,
            types=("iban",),
            purposes=(PURPOSE,),
            mode="bucket",
            k=1,
            grade="C",
            retention=90,
            disclosure=policy.Disclosure(context="automatic", publisher="off"),
            assessment=policy.AssessmentTerm(id="PK-1", from_=self.now - 60, until=until),
            members=tuple(self.member(name) for name in self.members),
        )
        return msgspec.structs.replace(plain, **changes)

    def rights_kept(self, **changes: Any) -> list[policy.Member]:
        """All members, each with every use: those of a person's rights too."""
        every = ("publish", "check", "dispute", "inzage", "decide")
        return [self.member(name, uses=every, **changes) for name in self.members]

    def member(self, name: str, **changes: Any) -> policy.Member:
        """A member with every right, with changes."""
        party, budget = self.members[name], policy.Budget(minute=10_000, day=10_000, year=1_000_000)
        plain = policy.Member(
            id=party.id,
            name=name,
            sector="bank",
            group=party.group,
            key=party.public,
            types=("iban",),
            uses=("publish", "check"),
            budgets={"publish": budget, "check": budget},
            from_=self.now - 60,
            until=self.now + 60 * DAY,
        )
        return msgspec.structs.replace(plain, **changes)

    def snapshot(self, *sections: Section, serial: int | None = None, signers: int = 2) -> SignedSnapshot:
        """A new snapshot, signed by so many policy keys."""
        self.serial = serial if serial is not None else self.serial + 1
        drafted = authority.draft(self._head(self.serial), sections or (self.section(),))
        for key in self.policy_keys[:signers]:
            drafted = authority.countersign(drafted, key)
        return drafted

    def _head(self, serial: int) -> policy.Head:
        now = clock.now()
        return policy.Head(
            v=1,
            serial=serial,
            created=now,
            not_after=now + policy.MAX_TERM,
            threshold=2,
            holders=tuple(self.holder(i) for i in range(1, len(self.holders) + 1)),
            hub=policy.Service(id=self.hub.id, key=self.hub.public, url="https://web.test"),
            edge=policy.Service(id=self.edge.id, key=self.edge.public, url="https://edge.test"),
            log=LogKey(origin=settings.SLUIS_LOG_ORIGIN, key=_public(settings.SLUIS_LOG_KEY_FILE)),
            epochs=tuple(self.epoch(number) for number in (1, 2)),
            revoked=(),
            normaliser=1,
            suffixes=suffixes.packaged_list().digest,
            protected=protected.packaged_list().digest,
            sections=(),
        )

    def epoch(self, number: int) -> policy.Epoch:
        """One of the periods of 90 days, the first as of now."""
        start = self.now - 60 + (number - 1) * 90 * DAY
        return policy.Epoch(number=number, start=start, end=start + 90 * DAY)

    def lasting(self, **changes: Any) -> Section:
        """The circle for a year, for tests in which days pass."""
        until = self.now + 365 * DAY
        members = tuple(self.member(name, until=until) for name in self.members)
        term = policy.AssessmentTerm(id="PK-1", from_=self.now - 60, until=until)
        return self.section(**{"until": until, "members": members, "assessment": term, **changes})

    def holder(self, index: int) -> policy.Holder:
        """Holder `index` as the policy has it."""
        return policy.Holder(
            id=self.holders[index - 1].id,
            index=index,
            name=f"houder {index}",
            key=self.holders[index - 1].public,
            seal=self.seals[index - 1].public_key().public_bytes_raw(),
            url=f"https://holder{index}.test",
        )

    def pin(self) -> None:
        """Starts the hub with these policy keys."""
        settings.SLUIS_POLICY_KEYS = [documents.public_key(key).hex() for key in self.policy_keys]

    def accept(self, *sections: Section) -> int:
        """The hub takes a new snapshot, and its holders see it in the log: it is in force."""
        offered = partners.offer_policy(self.snapshot(*sections))
        self.witness()
        return offered.serial

    def witness(self, *indices: int, time: int | None = None) -> None:
        """These holders (all, unless named) cosign the newest checkpoint, as their witness would."""
        from sluis.apps.audit import selectors as audited
        from sluis.core.exchange.log import checkpoint, note

        text = note.read(audited.newest_note()).text
        for index in indices or (1, 2, 3):
            party = self.holders[index - 1]
            line = note.cosign(text, self.holder(index).witness, party.key, time=clock.now() if time is None else time)
            partners.cosign(Cosigned(line=line, size=checkpoint.parse(text).size), key=party.public)

    def arrive(self, *sections: Section, assessed: bool = True) -> None:
        """The hub knows the circle: policy, keys by a real ceremony, an assessment."""
        self.pin()
        self.accept(*sections)
        exchange.open_ceremonies()
        self.hold_ceremony()
        if assessed:
            assess(self.id)

    def assess(self, **changes: Any) -> int:
        """An assessment for this circle."""
        return assess(self.id, **changes)

    # keys

    def participants(self) -> Ceremony:
        """The three holders in the ceremony that is open now."""
        from sluis.apps.exchange.models import Ceremony as Row

        row = Row.objects.get(state="open")
        slots = msgspec.json.decode(bytes(row.slots), type=tuple[Slot, ...])
        seals = {i: seal.public_key().public_bytes_raw() for i, seal in enumerate(self.seals, 1)}
        renews = {slot: self.keys[slot.epoch][0] for slot in slots} if row.kind != "dkg" else {}
        setting = ceremony.Setting(bytes(row.id), slots, 2, seals, row.opened, row.kind, renews, tuple(row.dealers))
        held = {i: {slot: self.keys[slot.epoch][1].get(i, b"") for slot in renews} for i in seals}
        return Ceremony(self, setting, {i: ceremony.Participant(setting, i, os.urandom, held=held[i]) for i in seals})

    def hold_ceremony(self) -> None:
        """All three rounds, posted through the service. The circle's key is then at the hub."""
        held = self.participants()
        held.commit()
        held.deal()
        results = held.confirm()
        slots = [one for one in results[1].records if one.circle == self.id]
        shares = {slot: {i: result.shares[slot].secret for i, result in results.items()} for slot in slots}
        self.keys = {**self.keys, **{slot.epoch: (results[1].records[slot], shares[slot]) for slot in slots}}
        self.use(slots[0].epoch)

    def use(self, epoch: int) -> None:
        """Signals, vouchers and outputs are under the key of this epoch from now on."""
        self.record, self._shares = self.keys[epoch]

    def output(self, iban: str) -> bytes:
        """y of an IBAN under the circle's key, from two shares."""
        octets = normalise.parse("iban", iban).octets()
        element = oprf.hash_to_group(octets)
        answers = {i: oprf.evaluate(self._shares[i], [element])[0] for i in (1, 2)}
        return oprf.finalize(octets, sharing.combine(answers))

    def voucher(self, iban: str = IBAN) -> bytes:
        return signal.voucher(self.output(iban), self.record.id)

    def tag(self, iban: str = IBAN) -> bytes:
        return signal.tag(self.record.id, self.voucher(iban))

    # signals

    def signal(self, name: str, draft: Draft | None = None, *, output: bytes | None = None) -> PublishedSignal:
        """A signal of the member called `name`; `output` in place of an evaluated y where nobody opens it."""
        draft, party, today = draft or Draft(), self.members[name], clock.now() // DAY
        y, key_id, salt = output or self.output(draft.iban), self.record.id, secrets.token_bytes(32)
        voucher = signal.voucher(y, key_id)
        tag = signal.tag(key_id, voucher)
        seen = draft.seen if draft.seen is not None else today
        header = signal.Header(
            key_id=key_id,
            signal_id=draft.signal_id or secrets.token_bytes(16),
            publisher=party.id,
            kind=draft.kind,
            origin=draft.origin,
            grade=draft.grade,
            advice=Advice.WARN,
            form=draft.form if draft.form is not None else min(forms.by_number()),
            revision=draft.revision,
            created=clock.now() // 3600,
            seen=seen,
            expires=draft.expires if draft.expires is not None else seen + 90,
            replaces=draft.replaces,
        )
        context = envelope.seal(Context(form=FORM), envelope.Seal(y, key_id, tag, header.signal_id, salt))
        signature = signal.sign(party.key, header, tag, salt=salt, context=context)
        return PublishedSignal(header.octets(), voucher, salt, context, signature)

    def publish(self, name: str, *signals: PublishedSignal) -> list[SignalState]:
        """Publishes through the service."""
        chosen = signals or (self.signal(name),)
        return exchange.publish(self.id, Publication(tuple(chosen)), key=self.members[name].public)

    def disclosure(self, **changes: Any) -> dict[str, Any]:
        """The body of a request for context."""
        return self.shown(**{"level": "context", "purpose": PURPOSE, **changes})

    def shown(self, **more: Any) -> dict[str, Any]:
        """The body of any call that shows a voucher, with more."""
        plain = {
            "circle": self.id,
            "commitment": secrets.token_bytes(32),
            "key": self.record.id,
            "voucher": self.voucher(),
        }
        return plain | more

    def notices(self, name: str) -> list[Notice]:
        """What the member called `name` was told so far."""
        rows = Event.objects.filter(stream=notices.stream_of(self.members[name].id)).order_by("sequence")
        return [msgspec.json.decode(bytes(body), type=Notice) for body in rows.values_list("body", flat=True)]

    def seen(self) -> list[signal.Entry]:
        """Every entry in the stream so far, removals too."""
        bodies = Event.objects.filter(stream="entries").order_by("sequence").values_list("body", flat=True)
        return [signal.Entry.parse(bytes(body)[16:]) for body in bodies]

    # HTTP

    def path(self) -> str:
        return f"/v1/kringen/{self.id.hex()}/signalen"

    def post(self, path: str, body: object, *, key: Ed25519PrivateKey, **more: Any) -> HttpResponse:
        return call("POST", path, octets(body), key=key, **more)


def octets(body: object) -> bytes:
    return body if isinstance(body, bytes) else msgspec.json.encode(body)


def call(
    method: str,
    path: str,
    body: bytes = b"",
    *,
    key: Ed25519PrivateKey,
    created: int | None = None,
    nonce: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """One signed request to the hub through its whole stack; `headers` go over the signed ones."""
    request = signatures.Request(method, settings.SLUIS_WEB_URL + path, "application/json", body)
    when = clock.now() if created is None else created
    signed = signatures.sign(request, key, created=when, nonce=nonce or secrets.token_bytes(16)) | dict(headers or {})
    kind = signed.pop("content-type")
    return Client().generic(method, path, body, content_type=kind, headers=signed, CONTENT_TYPE=kind)


def _public(file: str) -> bytes:
    return documents.public_key(credentials.signing_key(Path(file)))


def random_output() -> bytes:
    """A y that belongs to no identifier: the hub cannot tell."""
    return hashlib.sha512(os.urandom(32)).digest()


def octets_of(text: str) -> bytes:
    """The octets behind base64 in JSON."""
    return base64.b64decode(text, validate=True)


def base64ed(value: bytes) -> str:
    """Octets as JSON has them."""
    return base64.b64encode(value).decode()


def hexed(text: str) -> str:
    """Octets in JSON as an address has them."""
    return octets_of(text).hex()
