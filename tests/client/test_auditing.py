"""`sluis audit` on the premises: what opens, what does not, and that a hub cannot make up what was drawn."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from sluis.client import auditing, check
from sluis.client.auditing import Audit, Proposal
from sluis.client.cli.main import app
from sluis.client.session import Matter, Session
from sluis.client.testing import CIRCLE, PURPOSE, FakeSluis
from sluis.core import errors
from sluis.core.exchange import draws, wire
from sluis.core.exchange.auditing import AuditedDay, Ended, LoggedLine, Question
from sluis.core.exchange.bodies import LogLine
from sluis.core.exchange.draws import Drawn, Outcome
from sluis.core.exchange.encodings import sha256
from sluis.core.identifiers import normalise

SECRET = bytes(range(32))


@pytest.fixture
def fake() -> FakeSluis:
    return FakeSluis(members=("bank", "shop"))


@pytest.fixture
def shop(fake: FakeSluis) -> Session:
    session = fake.session("shop")
    matter = Matter(CIRCLE, "zaak 2026-5", PURPOSE)
    check.check(session, [normalise.parse("iban", "NL13TEST0123456789")], matter=matter)
    return session


def lines(fake: FakeSluis, session: Session) -> tuple[LogLine, ...]:
    """What holders would log of the requests that were sent."""
    member = session.membership(CIRCLE)[1].id
    bodies = {body for url, body in fake.requests if url.endswith("/v1/evaluate")}
    found = []
    for body in bodies:
        request = wire.EvaluateRequest.parse(body)
        head = (request.batch_id, sha256(body), request.key_id, len(request.blinded))
        found.append(LogLine(*head, member, request.root, 0, request.use))
    return tuple(found)


def day_of(asked: tuple[LogLine, ...], **changes: object) -> AuditedDay:
    drawn = draws.draw(SECRET, asked)
    plain = AuditedDay(
        auditor=bytes(16),
        committed=0,
        commitment=draws.commitment(SECRET),
        day=1,
        lines=tuple(LoggedLine(event=b"e", holder=1, line=one, place=i, salt=b"s") for i, one in enumerate(asked)),
        next=None,
        questions=tuple(Question(drawn=one, outcome=None, until=9) for one in drawn),
        seal=len(asked),
        secret=SECRET,
    )
    return msgspec.structs.replace(plain, **changes)


def drawn_of(fake: FakeSluis, session: Session) -> Drawn:
    (drawn,) = draws.draw(SECRET, lines(fake, session))
    return drawn


def test_what_was_checked_opens_from_the_store_alone(fake: FakeSluis, shop: Session) -> None:
    drawn = drawn_of(fake, shop)
    opening = Audit(shop, CIRCLE).open(drawn)
    ended = auditing.checked(opening, day_of(lines(fake, shop)), case_seen=True)
    assert (ended.outcome, ended.digest, opening.reference) == (Outcome.PROVED, drawn.digest, "zaak 2026-5")


def test_a_case_that_nobody_saw_is_no_case_however_well_it_opens(fake: FakeSluis, shop: Session) -> None:
    opening = Audit(shop, CIRCLE).open(drawn_of(fake, shop))
    assert auditing.checked(opening, day_of(lines(fake, shop)), case_seen=False).outcome is Outcome.NO_CASE


def test_what_does_not_open_does_not_match_whatever_was_seen(fake: FakeSluis, shop: Session) -> None:
    opening = msgspec.structs.replace(Audit(shop, CIRCLE).open(drawn_of(fake, shop)), reference="zaak van later")
    assert auditing.checked(opening, day_of(lines(fake, shop)), case_seen=True).outcome is Outcome.MISMATCH


def test_a_batch_of_another_store_cannot_be_opened(fake: FakeSluis, shop: Session) -> None:
    with pytest.raises(errors.NotFound) as raised:
        Audit(fake.session("shop"), CIRCLE).open(drawn_of(fake, shop))
    assert raised.value.reason == "partij-niet-bewaard"


def test_another_request_under_a_kept_batch_id_cannot_be_opened(fake: FakeSluis, shop: Session) -> None:
    forged = msgspec.structs.replace(drawn_of(fake, shop), digest=secrets.token_bytes(32))
    with pytest.raises(errors.NotFound):
        Audit(shop, CIRCLE).open(forged)


@pytest.mark.parametrize(
    "changes",
    [{"secret": bytes(32)}, {"commitment": bytes(32)}, {"questions": ()}, {"lines": ()}, {"seal": 0}],
)
def test_a_hub_that_draws_otherwise_is_caught(fake: FakeSluis, shop: Session, changes: dict[str, object]) -> None:
    auditing.require_drawn(day_of(lines(fake, shop)))
    with pytest.raises(errors.ProtocolFailure) as raised:
        auditing.require_drawn(day_of(lines(fake, shop), **changes))
    assert raised.value.reason == "steekproef-onjuist"


def test_what_was_not_drawn_has_no_outcome(fake: FakeSluis, shop: Session) -> None:
    opening = Audit(shop, CIRCLE).open(drawn_of(fake, shop))
    with pytest.raises(errors.NotFound):
        auditing.checked(opening, day_of(()), case_seen=True)


def test_the_file_that_leaves_the_premises_names_no_identifier_and_no_case(
    fake: FakeSluis, shop: Session, tmp_path: Path
) -> None:
    opening, drawn, out = (tmp_path / f"{name}.json" for name in ("opening", "drawn", "outcomes"))
    opening.write_bytes(msgspec.json.encode(Audit(shop, CIRCLE).open(drawn_of(fake, shop))))
    drawn.write_bytes(msgspec.json.encode(day_of(lines(fake, shop))))
    argv = ["audit", "check", str(opening), "--drawn", str(drawn), "--out", str(out), "--json"]
    for seen, expected in (("--no-case", "geen-zaak"), ("--case-seen", "aangetoond")):
        said = CliRunner().invoke(app, [*argv, seen])
        assert (said.exit_code, json.loads(said.output)["outcome"]) == (0, expected), said.output
    (kept,) = msgspec.json.decode(out.read_bytes(), type=list[Ended])
    assert kept.outcome is Outcome.PROVED, "the last look counts"
    assert set(json.loads(out.read_bytes())[0]) == {"digest", "member", "outcome", "position"}
    assert "zaak 2026-5" not in said.output


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]"])
def test_a_file_that_is_no_opening_is_told(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "opening.json"
    file.write_bytes(content)
    said = CliRunner().invoke(
        app, ["audit", "check", str(file), "--drawn", str(file), "--out", str(file), "--no-case", "--json"]
    )
    assert json.loads(said.output)["error"]["code"] == "document-onleesbaar"


def test_a_proposal_follows_from_what_did_not_hold_and_only_from_that(fake: FakeSluis, shop: Session) -> None:
    audit, (section, member) = Audit(shop, CIRCLE), shop.membership(CIRCLE)
    day = day_of(lines(fake, shop))
    for outcome in (None, Outcome.PROVED):
        ended = tuple(msgspec.structs.replace(one, outcome=outcome) for one in day.questions)
        with pytest.raises(errors.Conflict):
            audit.proposal(msgspec.structs.replace(day, questions=ended), member)
    late = tuple(msgspec.structs.replace(one, outcome=Outcome.LATE) for one in day.questions)
    proposal = audit.proposal(msgspec.structs.replace(day, questions=late), member)
    assert proposal.outcomes == {"niet-op-tijd": 1}
    (cut,) = auditing.adopted([section], proposal)
    assert {one.name: one.budgets["check"].day for one in cut.members} == {"bank": 10_000, "shop": 100}
    with pytest.raises(errors.NotFound):
        auditing.adopted([cut], proposal)


def test_a_proposal_of_another_circle_changes_nothing(shop: Session) -> None:
    section, member = shop.membership(CIRCLE)
    other = Proposal(circle=bytes(16), member=member.id, day=1, outcomes={}, budgets={})
    with pytest.raises(errors.NotFound):
        auditing.adopted([section], other)
