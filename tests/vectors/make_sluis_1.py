"""Writes `sluis-1.json`: one signal of one invented IBAN from ceremony to entry with fixed randomness, in hexadecimal."""

from __future__ import annotations

import hashlib
import json
import sys
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sluis.core.exchange import asking, ceremony, encodings, envelope, evaluation, group, keys, sharing, signal, wire
from sluis.core.exchange.entries import LiveSignal, merge
from sluis.core.exchange.log import inclusion, merkle, tiles
from sluis.core.exchange.log.memory import MemoryLog
from sluis.core.exchange.words import Advice, Grade, Kind, Origin, Use
from sluis.core.identifiers import normalise

IBAN = "NL13 TEST 0123 4567 89"


def drawn(name: str, length: int = 32) -> bytes:
    return hashlib.shake_256(b"sluis-1 vectors " + name.encode()).digest(length)


def key_record() -> tuple[keys.KeyRecord, list[group.Scalar]]:
    coefficients = [group.reduce(drawn(f"coefficient {m}", 64)) for m in range(2)]
    secrets = [sharing.share_at(coefficients, i) for i in (1, 2, 3)]
    public = tuple(bytes(group.multiply_base(secret)) for secret in secrets)
    made = 1_790_000_000
    record = keys.KeyRecord(1, drawn("circle", 16), 1, 1, 1, 3, 2, group.multiply_base(coefficients[0]), public, made, made)
    return record, secrets


def evaluated(record: keys.KeyRecord, secrets: list[group.Scalar]) -> tuple[dict[str, Any], bytes]:
    x = normalise.parse("iban", IBAN).octets()
    plan = asking.Plan(record.id, Use.PUBLISH, drawn("batch", 16), drawn("seed"))
    asked = asking.ask([asking.Question(x, "voorkomen van fraude", "zaak 2026-17")], plan)
    request, answers = asked.request.octets(), {}
    for i in (1, 3):
        share = evaluation.Share(i, 1, secrets[i - 1], group.Element(record.shares[i - 1]))
        signer = Ed25519PrivateKey.from_private_bytes(drawn(f"holder {i}"))
        desk = evaluation.Desk(signer, drawn("member", 16), 1_800_000_000, drawn(f"fresh {i}"))
        answers[i] = evaluation.answer(asked.request, share, desk)
    (output,) = asking.outputs(asked, {i: wire.EvaluateAnswer.parse(octets) for i, octets in answers.items()})
    made = {
        "x": x,
        "seed": plan.seed,
        "commitment": asked.commitments[0],
        "root": asked.request.root,
        "request": request,
        "answers": {str(i): octets for i, octets in answers.items()},
        "output": output,
    }
    return made, output


def published(record: keys.KeyRecord, output: bytes) -> dict[str, Any]:
    voucher = signal.voucher(output, record.id)
    tag = signal.tag(record.id, voucher)
    binding = envelope.Seal(output, record.id, tag, drawn("signal", 16), drawn("salt"))
    text = envelope.Context("AVF.AANKOOP", channels=("webshop",), phases=("overheveling",), amount=3, status="blocked")
    context = envelope.seal(text, binding)
    header = signal.Header(
        record.id,
        binding.signal_id,
        drawn("member", 16),
        Kind.FRAUD,
        Origin.OWN,
        Grade.B,
        Advice.HOLD,
        2,
        1,
        500_000,
        20_833,
        20_923,
    )
    private = Ed25519PrivateKey.from_private_bytes(drawn("publisher"))
    live = LiveSignal(binding.signal_id, drawn("group", 16), 1, 1, 2, 4, 2, 500_000, 20_833, 20_923)
    entry = merge(tag, [live], k=1)
    return {
        "key_id": record.id,
        "voucher": voucher,
        "tag": tag,
        "signal_id": binding.signal_id,
        "salt": binding.salt,
        "context": context,
        "context_json": encodings.document(text).decode(),
        "header": header.octets(),
        "publisher_key": private.public_key().public_bytes_raw(),
        "signature": signal.sign(private, header, tag, salt=binding.salt, context=context),
        "entry": entry.at(7).octets() if entry else b"",
    }


def dice(name: str) -> ceremony.Draw:
    """64 octets a call, the first two of them the coefficients a_0 and a_1."""
    calls = iter(range(100))
    return lambda length: drawn(f"{name} {next(calls)}", length)


def renewed(
    kind: ceremony.Kind, record: keys.KeyRecord, secrets: list[group.Scalar], *, dealers: tuple[int, ...]
) -> dict[str, Any]:
    """A refresh by all, or a reshare by `dealers`. Seals are left out: they draw their own randomness."""
    seals = {i: X25519PrivateKey.from_private_bytes(drawn(f"seal {i}")) for i in (1, 2, 3)}
    public = {i: one.public_key().public_bytes_raw() for i, one in seals.items()}
    slot = record.slot.next()
    setting = ceremony.Setting(drawn(kind, 16), (slot,), 2, public, 1_792_592_000, kind, {slot: record}, dealers)
    own = {i: {slot: secrets[i - 1]} for i in setting.dealing}
    people = {i: ceremony.Participant(setting, i, dice(f"{kind} {i}"), held=own.get(i)) for i in seals}
    commits, deals = ({i: getattr(one, part)() for i, one in people.items()} for part in ("commit", "deal"))
    results = {i: one.finish(commits, deals, seals[i]) for i, one in people.items()}
    dealt = {i: ceremony.read(deals[i]).slots[0] for i in setting.dealing}
    return {
        "dealers": list(setting.dealing),
        "drawn": {str(i): [group.reduce(drawn(f"{kind} {i} {m}", 64)) for m in range(2)] for i in setting.dealing},
        "commitments": {str(i): list(part.commitments) for i, part in dealt.items()},
        "possession": {str(i): part.possession for i, part in dealt.items()},
        "record": encodings.document(results[1].records[slot]).decode(),
        "secrets": [results[i].shares[slot].secret for i in seals],
    }


def logged() -> dict[str, Any]:
    """A log of 300 entries: number 270 is an event, the others are SHA-256 of their number as u32."""
    log = MemoryLog("sluis.example/logboek", Ed25519PrivateKey.from_private_bytes(drawn("log")))
    event, salt = encodings.document({"activity": "beleid aangeboden", "reference": drawn("head").hex()}), drawn("leaf", 16)
    entry = inclusion.entry(salt, event)
    log.append(*(encodings.sha256(encodings.u32(i)) for i in range(270)), entry)
    log.append(*(encodings.sha256(encodings.u32(i)) for i in range(271, 300)))
    holders = {i: Ed25519PrivateKey.from_private_bytes(drawn(f"holder {i}")) for i in (1, 3)}
    names = {i: f"sluis/houder/{drawn(f'holder id {i}', 16).hex()}" for i in holders}
    old = tiles.Edge(0).extend(log.entries[:200]).edge.root()
    ranges = {"path": merkle.inclusion_ranges(270, 300), "consistency": merkle.consistency_ranges(200, 300)}
    return {
        "log_key": log.key.key,
        "holders": {names[i]: private.public_key().public_bytes_raw() for i, private in holders.items()},
        "event": event.decode(),
        "salt": salt,
        "entry": entry,
        "index": 270,
        **{name: list(tiles.collect(found, log.tiles.__getitem__)) for name, found in ranges.items()},
        "checkpoint": log.checkpoint([(names[i], private) for i, private in holders.items()], time=1_800_000_000),
        "old": {"size": 200, "root": old},
    }


def make() -> dict[str, Any]:
    record, secrets = key_record()
    first, output = evaluated(record, secrets)
    key = {
        "record": encodings.document(record).decode(),
        "circle": record.circle,
        "public": record.key,
        "shares": list(record.shares),
        "secrets": secrets,
    }
    return {
        "iban": IBAN,
        "key": key,
        "evaluation": first,
        "signal": published(record, output),
        "refresh": renewed("refresh", record, secrets, dealers=()),
        "reshare": renewed("reshare", record, secrets, dealers=(1, 3)),
        "log": logged(),
    }


def plain(value: Any) -> Any:
    match value:
        case bytes():
            return value.hex()
        case dict():
            return {name: plain(one) for name, one in value.items()}
        case list():
            return [plain(one) for one in value]
        case _:
            return value


if __name__ == "__main__":
    json.dump(plain(make()), sys.stdout, indent=1)
    sys.stdout.write("\n")
