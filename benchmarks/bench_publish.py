"""Publishing with everything real: web, PostgreSQL, verified signatures, durable; against plain Ed25519 verifying.

Batches of 1,000 are made before the clock runs (their vouchers are random: the hub computes the tag from the voucher and
cannot know whether it was evaluated). Starts a demo of its own in a temporary folder.
"""

from __future__ import annotations

import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import measure
import msgspec
import psycopg
import running
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sluis.client import config
from sluis.client.session import Session
from sluis.core.exchange import documents, signal
from sluis.core.exchange.admission import Publication, PublishedSignal
from sluis.core.exchange.words import Advice, Grade, Kind, Origin
from sluis.core.identifiers.kinds import IdentifierType
from sluis.demo.layout import Layout
from sluis.wire import clock

BATCHES = 24
SIZE = 1000
CONTEXT = 1040


def publication(session: Session) -> bytes:
    section, member = session.membership("proeftuin")
    record, today = session.directory.key(section, IdentifierType.IBAN), clock.now() // 86_400
    signals = []
    for _ in range(SIZE):
        voucher, salt, context = secrets.token_bytes(32), secrets.token_bytes(32), secrets.token_bytes(CONTEXT)
        words = (Kind.FRAUD, Origin.OWN, Grade.B, Advice.WARN)
        made = clock.now() // 3600
        header = signal.Header(record.id, secrets.token_bytes(16), member.id, *words, 2, 1, made, today, today + 90)
        signature = signal.sign(session.transport.private, header, signal.tag(record.id, voucher), salt=salt, context=context)
        signals.append(PublishedSignal(header.octets(), voucher, salt, context, signature))
    return msgspec.json.encode(Publication(tuple(signals)))


def verifying() -> float:
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    octets = secrets.token_bytes(256)
    key, signed = documents.public_key(private), private.sign(octets)

    def work() -> int:
        for _ in range(500):
            documents.holds(key, octets, signed)
        return 500

    return measure.rate(work)


def rate(session: Session, bodies: list[bytes], *, callers: int) -> float:
    section, _member = session.membership("proeftuin")
    url = f"{session.web}/v1/kringen/{section.circle.hex()}/signalen"
    start = time.perf_counter()
    with ThreadPoolExecutor(callers) as pool:
        list(pool.map(lambda body: session.transport.post(url, body), bodies))
    return len(bodies) * SIZE / (time.perf_counter() - start)


def octets_per_row(folder: Path) -> dict[str, float]:
    with psycopg.connect(Layout.of(folder, first_port=None).cluster.url("sluis_owner")) as connection:
        rows, size = connection.execute(
            "SELECT count(*), pg_total_relation_size('exchange_signal') FROM exchange_signal"
        ).fetchone()
    return {"rows": rows, "octets a row beside its context (aim < 700)": round(size / rows - CONTEXT)}


def run(folder: Path) -> dict[str, float]:
    session = config.load(folder / "config" / "tolhuis.toml").session()
    bodies = [publication(session) for _ in range(BATCHES)]
    rate(session, bodies[:2], callers=1)
    limit = verifying()
    single = rate(session, bodies[2:13], callers=1)
    double = rate(session, bodies[13:], callers=2)
    return {
        "signals/s, one caller (aim >= 2000)": round(single),
        "signals/s, two callers": round(double),
        "plain Ed25519 verifications/s, one core": round(limit),
        "one caller / plain verifying": round(single / limit, 2),
        **octets_per_row(folder),
    }


def main() -> None:
    with running.demo(running.STILL) as folder:
        measure.report("publish", run(folder))


if __name__ == "__main__":
    main()
