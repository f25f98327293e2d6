"""Rotation: 100,000 own signals published again under the next key at 2 of 3, against its count of multiplications.

All roles on this machine, in one process: the partner's store on disk, three holders that evaluate and prove, and the hub's
admission with its signatures, in memory (its database is in `bench_publish`). A signal takes 15 multiplications: one to
blind, two at each of three holders, two to verify each of them, two to combine. L is measured around each tenth.
"""

from __future__ import annotations

import os
import secrets
import statistics
import sys
import tempfile
import time
from pathlib import Path

import measure
import msgspec
from bench_evaluate import plain

from sluis.client import republish
from sluis.client.publish import Kept
from sluis.client.republish import Pace
from sluis.client.session import Session
from sluis.client.store import OwnSignal, Shared
from sluis.client.testing import PURPOSE, FakeSluis
from sluis.core.exchange import signal
from sluis.core.exchange.admission import Admitted
from sluis.core.exchange.envelope import Context
from sluis.core.exchange.words import Advice, Grade, Kind, Origin
from sluis.wire import clock

SIGNALS = int(os.environ.get("SIGNALS", "100000"))
PER_SIGNAL, PER_BATCH, PARTS = 15, 21, 10
DAY = 86_400


def iban(number: int) -> str:
    bban = f"TEST{number:010d}"
    digits = "".join(str(int(sign, 36)) for sign in f"{bban}NL00")
    return f"NL{98 - int(digits) % 97:02d}{bban}"


def stock(fake: FakeSluis, session: Session) -> None:
    """The partner's store and the hub as they are after so many signals were shared under the old key."""
    _section, member = session.membership("proeftuin")
    today, key_id = clock.now() // DAY, fake.record.id
    words = (Kind.FRAUD, Origin.OWN, Grade.B, Advice.WARN, 2, 1, clock.now() // 3600, today, today + 80)
    numbers = (Grade.B, Advice.WARN, Origin.OWN, today, today + 80)
    kept, own = [], []
    for number in range(SIGNALS):
        header = signal.Header(key_id, secrets.token_bytes(16), member.id, *words)
        tag = signal.tag(key_id, header.signal_id * 2)
        fake._store(Admitted(header, tag, b"", b"", b""))
        told = Kept("iban", "", iban(number), Context("AVF.AANKOOP"), *numbers, "zaak", PURPOSE)
        kept.append(Shared(header.signal_id, key_id, signal.NOTHING, msgspec.json.encode(told)))
        own.append(OwnSignal(key_id, tag, header.signal_id, 1, counts=True, expires=today + 80))
    session.store.keep_shared(kept)
    session.store.settle(0, own)


def progress(started: float) -> republish.Heard:
    def heard(done: int, total: int) -> None:
        passed = time.perf_counter() - started
        rate = done / passed if done else 0
        sys.stderr.write(f"\r{done:>7} of {total}  {rate:6.0f}/s  {passed:5.0f} s")

    return heard


def run(folder: Path) -> dict[str, float]:
    file = folder / "clock"
    os.environ[clock.VARIABLE] = str(file)
    file.write_text("0")
    fake = FakeSluis(term=365 * DAY, day_budget=10**8)
    session = fake.session("bank", store=str(folder / "bank.sqlite"))
    stock(fake, session)
    for serial, day in ((2, 65), (3, 77)):
        file.write_text(str(day * DAY))
        fake.sign_policy(serial=serial)
        if serial == 2:
            fake.make_key(2)
    fake.requests = _Nothing()
    return timed(session)


class _Nothing(list):  # type: ignore[type-arg]
    """Forgets the requests, which would hold 300 MB."""

    def append(self, _one: object) -> None:
        """Nothing."""


def timed(session: Session) -> dict[str, float]:
    limits, spent, done = [limit()], (0.0, 0.0), 0
    for part in [SIGNALS // PARTS] * PARTS:
        start, busy = time.perf_counter(), time.process_time()
        pace = Pace(bytes(32), limit=part, at_once=True)
        done += republish.republish(session, circle="proeftuin", pace=pace, heard=progress(start)).done
        spent = spent[0] + time.perf_counter() - start, spent[1] + time.process_time() - busy
        limits.append(limit())
    sys.stderr.write("\n")
    if done != SIGNALS or session.store.unreplaced(session.directory.succession(*_place(session)).old.id, today=0):
        raise SystemExit(f"{done} signals were published again, not {SIGNALS}")
    count = SIGNALS * PER_SIGNAL + -(-SIGNALS // 1000) * PER_BATCH
    walls, cpus = (statistics.median(column) for column in zip(*limits, strict=True))
    return {
        "signals": SIGNALS,
        "seconds": round(spent[0], 1),
        "signals/s": round(SIGNALS / spent[0]),
        "multiplications": count,
        "L multiplications/s, one core": round(walls),
        "multiplications * time of one / seconds": round(count / walls / spent[0], 3),
        "multiplications * processor time of one / processor seconds": round(count / cpus / spent[1], 3),
    }


def limit() -> tuple[float, float]:
    """Multiplications a second, by the clock and by the processor's time: others may be busy on the machine."""
    start, busy = time.perf_counter(), time.process_time()
    done = sum(plain() for _ in range(60))
    return done / (time.perf_counter() - start), done / (time.process_time() - busy)


def _place(session: Session) -> tuple[object, object]:
    section, _member = session.membership("proeftuin")
    return section, section.identifier_types()[0]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="sluis-bench-") as folder:
        found = run(Path(folder))
    if SIGNALS == 100_000:
        measure.report("rotation", found)
    else:
        sys.stdout.write(f"{found}\n")


if __name__ == "__main__":
    main()
