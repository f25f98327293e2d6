"""The key holder: three of them with a hub in memory, asked over HTTP as a member asks."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from holders import MEMBER, World, ask, key_of, refused

from sluis.core import errors
from sluis.core.exchange import asking, ceremony, documents, policy, wire
from sluis.core.exchange.encodings import document
from sluis.core.exchange.words import Use
from sluis.demo import world
from sluis.keyholder import service
from sluis.wire import asgi, clock


@pytest.fixture
def made(tmp_path: Path) -> World:
    found = World(tmp_path)
    asyncio.run(found.ready())
    return found


def test_any_two_of_three_holders_give_the_same_output(made: World) -> None:
    questions = [
        asking.Question(b"one", "onderzoek-proeftuin", "case-1"),
        asking.Question(b"two", "onderzoek-proeftuin", "case-2"),
    ]
    asked = asking.ask(questions, asking.Plan(made.record().id, Use.CHECK, os.urandom(16), os.urandom(32)))
    snapshot = made.holders[0].directory.snapshot(clock.now())

    async def all_answers() -> list[httpx.Response]:
        return [await ask(holder, asked.request.octets(), key_of(made)) for holder in made.holders]

    witnesses = [asking.Witness(made.record(), holder, MEMBER.id) for holder in snapshot.head.holders]
    found = zip(asyncio.run(all_answers()), witnesses, strict=True)
    answers = [asking.check_answer(one.content, asked, witness) for one, witness in found]
    first = asking.outputs(asked, asking.one_generation(answers[:2], 2))
    assert first == asking.outputs(asked, asking.one_generation(answers[1:], 2))
    assert first == asking.outputs(asked, asking.one_generation([answers[0], answers[2]], 2))


def test_a_receipt_is_signed_by_the_holder_over_request_and_answer(made: World) -> None:
    body = made.request().octets()
    answer = wire.EvaluateAnswer.parse(asyncio.run(ask(made.holders[0], body, key_of(made))).content)
    octets = wire.receipt_octets(MEMBER.id, body, answer.unsigned())
    assert documents.holds(made.hub.keyring.public(world.HOLDERS[0].slug), octets, answer.receipt)


def test_the_same_batch_gets_the_same_answer_uncharged_also_after_a_restart(made: World) -> None:
    body = made.request().octets()
    first = asyncio.run(ask(made.holders[0], body, key_of(made))).content
    made.holders[0] = made.open(world.HOLDERS[0])
    assert asyncio.run(ask(made.holders[0], body, key_of(made))).content == first
    assert spent(made.holders[0]) == {"minute": 1, "day": 1, "year": 1}


def spent(holder: service.Holder) -> dict[str, int]:
    return dict(holder.store._file.rows("SELECT window, spent FROM budget"))


def test_a_holder_killed_between_charge_and_answer_answers_the_repeat_uncharged(made: World, monkeypatch) -> None:
    body = made.request().octets()

    def die(*_given: object) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("sluis.core.exchange.evaluation.answer", die)
        with pytest.raises(KeyboardInterrupt):
            made.holders[0].desk.answer(key_of(made).public_key().public_bytes_raw(), body, now=clock.now())
    assert spent(made.holders[0])["minute"] == 1
    made.holders[0] = made.open(world.HOLDERS[0])
    assert asyncio.run(ask(made.holders[0], body, key_of(made))).status_code == 200
    assert spent(made.holders[0])["minute"] == 1


def test_a_batch_id_with_another_request_is_refused(made: World) -> None:
    batch = os.urandom(16)
    asyncio.run(ask(made.holders[0], made.request(batch=batch).octets(), key_of(made)))
    error = asyncio.run(refused(made.holders[0], made.request(batch=batch).octets(), key_of(made)))
    assert isinstance(error, errors.Conflict)
    assert error.reason == "andere-partij"


def test_over_budget_is_refused_with_a_time_and_restart_does_not_help(made: World, monkeypatch) -> None:
    tight = {"check": policy.Budget(minute=3, day=5, year=5), "publish": world.BUDGETS["publish"]}
    monkeypatch.setattr(world, "BUDGETS", tight)
    made.hub.snapshot = made.hub.sign()
    asyncio.run(made.refresh())
    holder = made.holders[0]
    assert asyncio.run(ask(holder, made.request(3).octets(), key_of(made))).status_code == 200
    made.holders[0] = holder = made.open(world.HOLDERS[0])
    answer = asyncio.run(ask(holder, made.request(1).octets(), key_of(made)))
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 60
    assert spent(holder)["day"] == 3


def test_an_unknown_signer_is_refused(made: World) -> None:
    error = asyncio.run(refused(made.holders[0], made.request().octets(), Ed25519PrivateKey.generate()))
    assert isinstance(error, errors.NotAllowed)
    assert error.reason == "geen-recht"
    assert made.holders[0].replay._file.row("SELECT count(*) FROM nonce") == (0,)


def test_a_revoked_signer_is_refused_at_once_and_for_good(made: World) -> None:
    gone = policy.Revocation(v=1, key=made.hub.keyring.public(MEMBER.slug), created=clock.now())
    made.hub.revocations.append(documents.sign("revoke", gone, [made.hub.keyring.private("beleid-3")]))
    asyncio.run(made.refresh())
    made.hub.revocations.clear()
    made.holders[0] = made.open(world.HOLDERS[0])
    asyncio.run(made.refresh())
    error = asyncio.run(refused(made.holders[0], made.request().octets(), key_of(made)))
    assert isinstance(error, errors.NotAllowed)


def test_a_replayed_request_is_refused_also_after_a_restart(made: World) -> None:
    nonce, body = os.urandom(16), made.request().octets()
    assert asyncio.run(ask(made.holders[0], body, key_of(made), nonce=nonce)).status_code == 200
    made.holders[0] = made.open(world.HOLDERS[0])
    error = asyncio.run(refused(made.holders[0], body, key_of(made), nonce=nonce))
    assert error.reason == "herhaling"


def test_a_request_of_two_minutes_ahead_is_refused(made: World) -> None:
    error = asyncio.run(refused(made.holders[0], made.request().octets(), key_of(made), created=clock.now() + 125))
    assert error.reason == "handtekening-tijd"


@pytest.mark.parametrize("bad", [bytes(32), b"\xff" * 32, b"\x01" + bytes(31)])
def test_an_identity_or_non_canonical_element_is_refused_with_its_position_and_costs_nothing(made: World, bad: bytes) -> None:
    request = made.request(3)
    request.blinded[2] = bad
    error = asyncio.run(refused(made.holders[0], request.octets(), key_of(made)))
    assert (error.reason, error.fields["position"]) == ("ongeldig-element", 2)
    assert spent(made.holders[0]) == {}


def test_an_oversized_batch_is_refused(made: World) -> None:
    error = asyncio.run(refused(made.holders[0], made.request(1025).octets(), key_of(made)))
    assert error.reason == "te-groot"


def test_an_unknown_key_is_not_found(made: World) -> None:
    request = made.request()
    body = b"\x01" + bytes(16) + request.octets()[17:]
    error = asyncio.run(refused(made.holders[0], body, key_of(made)))
    assert isinstance(error, errors.NotFound)


def test_a_use_that_was_not_granted_is_refused(made: World) -> None:
    error = asyncio.run(refused(made.holders[0], made.request(use=Use.DISPUTE).octets(), key_of(made)))
    assert isinstance(error, errors.NotAllowed)


def move_clock(monkeypatch, folder: Path, seconds: int) -> None:
    file = folder / "clock"
    file.write_text(str(seconds))
    monkeypatch.setenv("SLUIS_CLOCK_FILE", str(file))
    os.utime(file, (seconds, seconds))


def test_an_expired_snapshot_refuses_everything(made: World, monkeypatch) -> None:
    move_clock(monkeypatch, made.folder, 8 * 86_400)
    error = asyncio.run(refused(made.holders[0], made.request().octets(), key_of(made)))
    assert error.reason == "beleid-verlopen"


def test_after_the_circles_end_there_is_no_legal_ground(made: World, monkeypatch) -> None:
    move_clock(monkeypatch, made.folder, (world.CIRCLE_DAYS + 1) * 86_400)
    made.hub.snapshot = made.hub.sign()
    asyncio.run(made.refresh())
    error = asyncio.run(refused(made.holders[0], made.request().octets(), key_of(made)))
    assert isinstance(error, errors.NotPermitted)
    assert error.reason == "geen-grondslag"
    assert error.fields["articles"]


def test_an_older_snapshot_is_never_taken_back_also_after_a_restart(made: World) -> None:
    old = made.hub.snapshot
    made.hub.snapshot = made.hub.sign()
    asyncio.run(made.refresh())
    made.holders[0] = made.open(world.HOLDERS[0])
    made.hub.snapshot = old
    asyncio.run(made.refresh())
    assert made.holders[0].directory.serial == 2


def test_a_holder_restarted_without_its_passphrase_stays_closed_and_says_so(made: World) -> None:
    holder = made.open(world.HOLDERS[0], passphrase_file=made.folder / "nothing")
    error = asyncio.run(refused(holder, made.request().octets(), key_of(made)))
    assert error.reason == "gesloten"
    answer = asyncio.run(holder.health(None))
    assert answer.status_code == 503
    assert b'"closed"' in answer.body


def test_log_lines_are_kept_until_the_hub_has_them(made: World) -> None:
    holder = made.holders[0]
    request = made.request(4)
    asyncio.run(ask(holder, request.octets(), key_of(made)))
    made.hub.up = False
    with pytest.raises(errors.Unavailable):
        asyncio.run(holder.send_lines())
    made.hub.up = True
    asyncio.run(holder.send_lines())
    asyncio.run(holder.send_lines())
    (line,) = made.hub.lines
    assert set(line) == {"batch", "digest", "key", "m", "member", "root", "time", "trace", "use"}
    assert line["m"] == 4


def test_shares_are_not_readable_on_disk(made: World) -> None:
    secret = made.holders[0].desk.vault.share(made.record()).secret
    for file in (made.folder / world.HOLDERS[0].slug).iterdir():
        assert secret not in file.read_bytes()


def test_a_cheating_holder_is_blamed_by_name_and_no_share_is_kept(tmp_path: Path) -> None:
    made = World(tmp_path)
    cheat = made.holders[1]

    async def run() -> list[ceremony.Message]:
        await made.refresh()
        identity = made.hub.open_ceremony()
        for _ in range(2):
            for holder in made.holders:
                await holder.take_part()
        slots, messages = made.hub.ceremonies[identity]
        made.hub.ceremonies[identity] = slots, [spoil(cheat, one) for one in messages]
        for holder in (made.holders[0], made.holders[2]):
            await holder.take_part()
        return [ceremony.read(one.payload) for one in made.hub.ceremonies[identity][1]]

    blames = [one for one in asyncio.run(run()) if isinstance(one, ceremony.Blame)]
    assert {(one.index, one.against) for one in blames} == {(1, 2), (3, 2)}
    assert made.holders[0].desk.vault.slots() == frozenset()


def spoil(cheat: service.Holder, signed: documents.Signed) -> documents.Signed:
    message = ceremony.read(signed.payload)
    if not isinstance(message, ceremony.Deal) or message.index != 2:
        return signed
    part = message.slots[0]
    swapped = msgspec.structs.replace(part, commitments=tuple(reversed(part.commitments)))
    payload = document(msgspec.structs.replace(message, slots=(swapped,)))
    return documents.Signed(payload, (documents.signature("dkg", payload, cheat.hub.private),))


def test_a_holder_killed_in_the_middle_of_a_ceremony_says_so_and_the_next_one_succeeds(tmp_path: Path) -> None:
    made = World(tmp_path)

    async def run() -> list[ceremony.Message]:
        await made.refresh()
        identity = made.hub.open_ceremony()
        for holder in made.holders:
            await holder.take_part()
        made.holders[2] = made.open(world.HOLDERS[2])
        await made.holders[2].take_part()
        found = [ceremony.read(one.payload) for one in made.hub.ceremonies.pop(identity)[1]]
        await made.ready()
        return found

    assert any(isinstance(one, ceremony.Blame) and one.against == 3 for one in asyncio.run(run()))
    assert made.record().n == 3


def test_a_live_key_is_not_made_again(made: World) -> None:
    identity = asyncio.run(made.ceremony())
    assert made.hub.ceremonies[identity][1] == []


def test_shares_of_a_failed_ceremony_are_erased_once_the_slot_has_its_key(tmp_path: Path) -> None:
    made = World(tmp_path)

    async def run() -> None:
        await made.refresh()
        made.hub.ceremonies.pop(await made.ceremony())
        await made.ready()
        await made.holders[0].erase()

    asyncio.run(run())
    assert len(made.holders[0].desk.vault.kept()) == 1


def test_another_method_is_told_which_ones_there_are(made: World) -> None:
    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(asgi.application(service.routes(made.holders[0])))
        async with httpx.AsyncClient(transport=transport, base_url="http://holder.test") as client:
            return await client.get("/v1/evaluate")

    answer = asyncio.run(asked())
    assert (answer.status_code, answer.headers["content-type"]) == (405, "application/problem+json")
    assert (answer.headers["allow"], answer.headers["api-version"]) == ("POST", "1.0.0")
