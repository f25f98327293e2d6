"""Facts for the privacykader, assessments of circles and evidence: factories that call services."""

from __future__ import annotations

from typing import Any

import msgspec

from sluis.apps.privacy import services as privacy
from sluis.wire import clock

DAY = 86_400
# Facts of which the rules say: possible, not possible, further research, possible under conditions.
SYNTHETIC: dict[str, Any] = {
    "from": "bank",
    "to": "webshop",
    "data": ["synthetic"],
    "offence": "none",
    "subject": "none",
    "purpose": "research",
    "technique": "pet_hit_no_hit",
    "flags": [],
}
_ACCUSED = {"data": ["account_identifier"], "offence": "suspicion", "subject": "suspect"}
SUSPICION = {**SYNTHETIC, **_ACCUSED, "purpose": "prevent_fraud"}
UNHEARD = {**SYNTHETIC, "from": "fiu", "to": "public", "data": ["phone_number"]}
RISK = {**SUSPICION, "data": ["address"], "offence": "risk_signal", "subject": "customer"}


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


def assess(circle: bytes, **changes: Any) -> int:
    """Approves an assessment that opens the gate for 60 days, with changes."""
    now = clock.now()
    plain = privacy.AssessmentForm(
        name="PK-1",
        circle=circle,
        exchanges=(SYNTHETIC,),
        promises=("Alleen verzonnen kenmerken",),
        reason="Er is niemand op wie deze gegevens betrekking hebben.",
        from_=now - 60,
        until=now + 60 * DAY,
        approver="J. Verzonnen",
    )
    return privacy.approve(msgspec.structs.replace(plain, **changes))


def register(name: str = "DPIA-1", **changes: Any) -> str:
    """Registers evidence for 30 days, with changes; returns its name."""
    now = clock.now()
    form = privacy.EvidenceForm(
        name=name,
        kind="dpia",
        title="Verzonnen DPIA",
        parties=("Kadebank",),
        scope="Deze kring",
        from_=now - 100,
        until=now + 30 * DAY,
        registrar="J. Verzonnen",
    )
    privacy.register(msgspec.structs.replace(form, **changes))
    return name
