"""The function: batch evaluation with proof against plain libsodium multiplications (L), threads against processes.

A batch of m elements takes a holder 2m + 3 multiplications (k·B and d·B for each, and three for the proof), so "multiplications
done" is compared with L. The verified 2-of-3 check of 256, all roles on one core, is compared with its count likewise.
"""

from __future__ import annotations

import multiprocessing
import secrets
import threading
import time

import measure
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sluis.client.testing import FakeSluis
from sluis.core.exchange import asking, evaluation, group, wire
from sluis.core.exchange.words import Use

BATCH = 1024
CHECK = 256


def scalar() -> group.Scalar:
    return group.reduce(secrets.token_bytes(64))


ELEMENTS = [group.multiply_base(scalar()) for _ in range(BATCH)]
SECRET = scalar()


def plain() -> int:
    multiply, element = group._multiply, ELEMENTS[0]
    result = group._Buffer()
    for _ in range(200):
        multiply(result, SECRET, element)
    return 200


def batch() -> int:
    request = wire.EvaluateRequest(bytes(16), Use.CHECK, bytes(16), bytes(32), ELEMENTS)
    share = evaluation.Share(1, 1, SECRET, group.multiply_base(SECRET))
    desk = evaluation.Desk(Ed25519PrivateKey.from_private_bytes(bytes(32)), bytes(16), 0, secrets.token_bytes(32))
    evaluation.answer(request, share, desk)
    return 2 * BATCH + 3


def check() -> int:
    """Blind, three holders answer, all three are verified, two combined. Returns its count of multiplications."""
    fake = check.fake
    record, holders = fake.record, fake._snapshot.head.holders
    plan = asking.Plan(record.id, Use.CHECK, secrets.token_bytes(16), secrets.token_bytes(32))
    asked = asking.ask([asking.Question(bytes([i % 256]), "p", "r") for i in range(CHECK)], plan)
    octets, answers, member = asked.request.octets(), [], bytes(16)
    shares = fake._shares[record.id, record.generation]
    for holder in holders:
        desk = evaluation.Desk(fake._holders[holder.index - 1].key, member, 0, secrets.token_bytes(32))
        answer = evaluation.answer(wire.EvaluateRequest.parse(octets), shares[holder.index], desk)
        answers.append(asking.check_answer(answer, asked, asking.Witness(record, holder, member)))
    asking.outputs(asked, asking.one_generation(answers, 2))
    holders_do, asker_does = 3 * (2 * CHECK + 3), CHECK + 3 * (2 * CHECK + 4) + 2 * CHECK
    return holders_do + asker_does


def side_by_side(make: type, *, seconds: float = 1.5) -> float:
    """Multiplications a second of two workers of a kind, at once."""
    counts = multiprocessing.Array("q", 2)

    def run(place: int) -> None:
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            counts[place] += batch()

    workers = [make(target=run, args=(place,)) for place in range(2)]
    start = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(counts) / (time.perf_counter() - start)


def main() -> None:
    check.fake = FakeSluis()
    rates = measure.interleaved({"L": plain, "batch": batch, "check": check})
    process = multiprocessing.get_context("fork").Process
    pairs = [(side_by_side(threading.Thread), side_by_side(process)) for _ in range(5)]
    measure.report(
        "evaluate",
        {
            "L multiplications/s": round(max(rates["L"])),
            "batch of 1024, evaluations/s": round(max(rates["batch"]) / 2),
            "batch evaluate / L (aim >= 0.85)": round(measure.ratio(rates["batch"], rates["L"]), 3),
            "verified 2-of-3 check of 256 / L": round(measure.ratio(rates["check"], rates["L"]), 3),
            "two threads / two processes (aim >= 0.95)": round(measure.ratio(*map(list, zip(*pairs, strict=True))), 3),
        },
    )


if __name__ == "__main__":
    main()
