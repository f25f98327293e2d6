"""What auditor, member and supervisor may read: charts, receipts, records, and an export that proves itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import make
import msgspec
import pytest
from hub_fixtures import Server
from make import DAY, Circle
from typer.testing import CliRunner

from sluis.apps.audit import selectors, services
from sluis.apps.audit.models import Event
from sluis.apps.audit.selectors import Asked
from sluis.apps.partners import selectors as partners
from sluis.client.cli.main import app
from sluis.core import errors
from sluis.core.exchange import draws, policy
from sluis.core.exchange.auditing import DecisionPage, ProcessingPage, Supervision
from sluis.core.exchange.bodies import LogLine
from sluis.core.exchange.log.exported import Checker
from sluis.core.exchange.log.note import Kind, Verifier
from sluis.site.cli import app as hub

Later = Callable[[int], None]


@pytest.fixture
def audited(database: Server, later: Later) -> Circle:
    """A replica circle with an auditor, on which 21 days pass."""
    del database
    circle = Circle("bank", "shop", "auditor")
    circle.arrive(section(circle))
    later(21 * DAY)
    circle.accept(section(circle))
    return circle


def section(circle: Circle) -> policy.Section:
    rights = {"auditor": (draws.RIGHT,)}
    members = [
        circle.member(name, uses=rights.get(name, ("publish", "check")), until=circle.now + 365 * DAY)
        for name in circle.members
    ]
    return circle.lasting(members=tuple(members), mode="replica")


def asked(circle: Circle, name: str, amount: int, *, day: int, holders: tuple[int, ...] = (1, 2)) -> None:
    """What a member asked on a day after the circle was made, as these holders tell it."""
    time = (circle.now // DAY + day) * DAY + 3_600
    octets = day.to_bytes(2, "big") * 8
    line = LogLine(octets, octets * 2, circle.record.id, amount, circle.members[name].id, octets * 2, time, 2)
    for index in holders:
        services.keep_holder_lines(index, [line], witness=circle.holders[index - 1].id)


def get(circle: Circle, what: str, name: str = "auditor") -> Any:
    return make.call("GET", f"/v1/kringen/{circle.id.hex()}/{what}", key=circle.members[name].key)


def supervised(circle: Circle) -> Supervision:
    answer = get(circle, "toezicht")
    assert answer.status_code == 200, answer.content
    return msgspec.json.decode(answer.content, type=Supervision)


def test_a_member_that_asks_ten_times_as_much_stands_out_on_its_chart_and_no_other_does(audited: Circle) -> None:
    for day in range(1, 20):
        asked(audited, "bank", 40 + day % 5, day=day)
    asked(audited, "bank", 400, day=20)
    found = supervised(audited)
    charts = {one.member: one.asked for one in found.members}
    assert set(charts) == {audited.members[name].id for name in ("bank", "shop")}
    bank = charts[audited.members["bank"].id]
    assert [one.value for one in bank] == [*(40.0 + day % 5 for day in range(1, 20)), 400.0], "two holders told: counted once"
    assert [one.day for one in bank if one.alarm] == [audited.now // DAY + 20]
    assert bank[-1].alarm == "boven"
    assert bank[-1].upper is not None
    assert charts[audited.members["shop"].id] == ()


def test_today_is_on_no_chart(audited: Circle) -> None:
    asked(audited, "bank", 5, day=21)
    assert all(one.asked == () for one in supervised(audited).members)


def test_who_owes_a_receipt_is_told_since_when_and_who_reads_nothing_owes_none(audited: Circle, later: Later) -> None:
    audited.publish("bank")
    make_gone(audited)
    later(21 * DAY + 2 * DAY)
    owing = {one.member: one.overdue for one in supervised(audited).members}
    assert all(since is not None for since in owing.values())
    assert audited.members["auditor"].id not in owing


def make_gone(circle: Circle) -> None:
    from sluis.apps.exchange.models import Signal

    ids = [make.base64ed(bytes(one)) for one in Signal.objects.values_list("signal_id", flat=True)]
    body = {"reason": "vergissing", "signals": ids}
    answer = circle.post(f"/v1/kringen/{circle.id.hex()}/intrekkingen", body, key=circle.members["bank"].key)
    assert answer.status_code == 200, answer.content


@pytest.mark.parametrize("name", ["bank", "shop"])
def test_only_the_auditor_sees_charts(audited: Circle, name: str) -> None:
    assert get(audited, "toezicht", name).status_code == 403


@pytest.mark.parametrize(("what", "kind"), [("verwerkingen", ProcessingPage), ("beslissingen", DecisionPage)])
def test_the_auditor_reads_every_record_of_its_circle_and_a_member_its_own(audited: Circle, what: str, kind: Any) -> None:
    for name in ("bank", "shop"):
        audited.publish(name)
    every = msgspec.json.decode(get(audited, what).content, type=kind).records
    own = msgspec.json.decode(get(audited, what, "bank").content, type=kind).records
    assert {_of(one) for one in every} >= {audited.members[name].id.hex() for name in ("bank", "shop")}
    assert own
    assert {_of(one) for one in own} == {audited.members["bank"].id.hex()}
    assert all(one in every for one in own)
    stranger = make.call("GET", f"/v1/kringen/{audited.id.hex()}/{what}", key=make.Party().key)
    assert stranger.status_code == 403


def _of(record: Any) -> str:
    return record.controller.hex() if hasattr(record, "controller") else record.request["subject"]["id"]


def test_records_come_in_pages_that_leave_nothing_out(audited: Circle, monkeypatch: pytest.MonkeyPatch) -> None:
    from sluis.apps.audit.selectors import records

    for _ in range(5):
        audited.publish("bank", audited.signal("bank", make.Draft(iban=make.OTHER_IBAN)))
        make_gone(audited)
    whole = selectors.processing(selectors.Records(audited.id)).records
    monkeypatch.setattr(records, "PAGE", 3)
    found, start = list[Any](), 0
    while start is not None:
        page = selectors.processing(selectors.Records(audited.id, start=start))
        found, start = [*found, *page.records], page.next
    assert len(whole) == 10
    assert tuple(found) == whole


# for a supervisor


def exported(circle: Circle, **more: Any) -> list[bytes]:
    services.sequence()
    circle.witness()
    return list(selectors.lines(Asked(0, circle.now + 400 * DAY, **more)))


def checked(lines: list[bytes]) -> Checker:
    snapshot = partners.snapshot()
    checker = Checker(policy.trust_in(snapshot, snapshot))
    for line in lines:
        checker.take(line)
    return checker


def test_every_event_of_an_export_is_proven_and_an_erased_one_is_told(audited: Circle) -> None:
    audited.publish("bank")
    leaf = Event.objects.filter(activity="delen").values_list("leaf_id", flat=True).get()
    services.erase_event(leaf)
    found = checked(exported(audited))
    assert found.erased == 1
    assert found.proven == Event.objects.count()
    assert found.records > 0


def test_what_the_edge_refused_is_in_the_export_as_a_decision(audited: Circle, database: Server) -> None:
    with database.connect("sluis_edge") as edge:
        edge.execute(
            "INSERT INTO edge_audit (time, member, circle, type, key_id, prefixes, outcome, trace)"
            " VALUES (%s, %s, %s, 1, %s, 3, 'geen-beoordeling', 'aa')",
            (audited.now, audited.members["bank"].id, audited.id, audited.record.id),
        )
    told = [json.loads(line) for line in exported(audited, party=audited.members["bank"].id)]
    (refused,) = [one["record"] for one in told if one.get("of") == "edge"]
    assert (refused["decision"], refused["reasons"], refused["trace"]) == (False, ["geen-beoordeling"], "aa")
    assert refused["request"]["action"] == {"name": "bevragen"}


def test_an_export_of_one_party_holds_nothing_of_another(audited: Circle) -> None:
    for name in ("bank", "shop"):
        audited.publish(name)
    other = audited.members["shop"].id
    lines = exported(audited, party=audited.members["bank"].id)
    told = b"".join(msgspec.json.decode(line).get("event", "").encode() + line for line in lines)
    assert len(lines) > 3
    assert other.hex().encode() not in told
    assert make.base64ed(other).encode() not in told


@pytest.mark.parametrize("changed", ["event", "salt", "leaf", "path", "index"])
def test_a_changed_line_of_an_export_is_caught(audited: Circle, changed: str) -> None:
    audited.publish("bank")
    lines = exported(audited)
    i = next(i for i, line in enumerate(lines) if b'"kind":"event"' in line)
    line = json.loads(lines[i + 2])
    other = json.loads(lines[i + 3])
    line[changed] = other[changed]
    with pytest.raises(errors.SluisError):
        checked([*lines[: i + 2], msgspec.json.encode(line), *lines[i + 3 :]])


@pytest.mark.parametrize("wrong", [b"", b"{}", b'{"kind":"other"}', b"[]"])
def test_what_is_no_line_of_an_export_is_told(audited: Circle, wrong: bytes) -> None:
    with pytest.raises(errors.Malformed):
        checked([*exported(audited)[:1], wrong])


def test_the_command_checks_an_export_with_keys_alone(audited: Circle, tmp_path: Path) -> None:
    audited.publish("bank")
    file = tmp_path / "export.jsonl"
    file.write_bytes(b"\n".join(exported(audited)) + b"\n")
    snapshot = partners.snapshot()
    log = Verifier(snapshot.head.log.origin, snapshot.head.log.key).text()
    holders = [Verifier(one.witness, one.key, Kind.COSIGNATURE).text() for one in snapshot.head.holders]
    witnesses = [word for one in holders for word in ("--witness", one)]
    argv = ["log", "check-export", str(file), "--log-key", log, *witnesses, "--threshold", "2", "--json"]
    said = CliRunner().invoke(app, argv)
    assert said.exit_code == 0, said.output
    assert json.loads(said.output)["proven"] > 3
    file.write_bytes(file.read_bytes().replace(b'"index":2', b'"index":3'))
    assert CliRunner().invoke(app, argv).exit_code == 1


def test_the_operator_hands_an_export_out_and_that_is_logged(audited: Circle) -> None:
    audited.publish("bank")
    exported(audited)
    argv = ["export", "--reason", "AP 2026-77", "--from", "2020-01-01", "--until", "2040-01-01"]
    said = CliRunner().invoke(hub, argv)
    assert said.exit_code == 0, said.output
    assert checked(said.stdout_bytes.splitlines()).proven > 3
    event = Event.objects.get(activity="uitvoer voor toezicht")
    assert json.loads(bytes(event.event))["reference"] == "AP 2026-77"
    for wrong in ("zz", "00"):
        assert CliRunner().invoke(hub, [*argv, "--party", wrong]).exit_code == 1
