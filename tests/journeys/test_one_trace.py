"""One W3C trace id goes with an operation through koppelpunt, holders, edge and hub, and each keeps it with what it logged."""

from __future__ import annotations

from pathlib import Path

import httpx

from journeys.world import Demo, invented_iban, matter, until
from sluis.client import check, disclose, publish
from sluis.core.exchange.envelope import Context
from sluis.core.exchange.words import Advice, Grade
from sluis.core.identifiers import normalise
from sluis.demo import world
from sluis.wire import credentials, trace

GIVEN = "4bf92f3577b34da6a3ce929d0e0e4736"


def kept(demo: Demo, table: str, found: str) -> int:
    with demo.connect() as database:
        query = f"SELECT count(*) FROM {table} WHERE trace = %s"
        (count,) = database.execute(query, (found,)).fetchone() or (0,)
    return int(count)


def test_a_check_and_a_disclosure_leave_one_trace_id_with_every_party(demo: Demo, tmp_path: Path) -> None:
    identifier = normalise.parse("iban", invented_iban(71_600))
    draft = publish.Draft(identifier, Context("AVF.AANKOOP.WEBWINKEL"), Grade.B, Advice.HOLD)
    publish.publish(demo.session("tolhuis", tmp_path / "tolhuis.sqlite"), [draft], matter=matter("zaak-91"))
    shop = demo.session("lantaarn", tmp_path / "lantaarn.sqlite")
    with trace.started() as step:
        (checked,) = until(lambda: _hits(check.check(shop, [identifier], matter=matter("zaak-92"))))
        disclose.disclose(shop, checked, matter=matter("zaak-92"))
    assert {one.trace for one in shop.store.processing()} == {step.id}
    assert kept(demo, "edge_audit", step.id) >= 1
    until(lambda: kept(demo, "audit_holderline", step.id) >= world.THRESHOLD)
    assert kept(demo, "audit_decision", step.id) == 1
    assert kept(demo, "audit_processing", step.id) == 1
    with demo.connect() as database:
        (said,) = database.execute(
            "SELECT count(*) FROM audit_event WHERE convert_from(event, 'UTF8')::json ->> 'trace' = %s", (step.id,)
        ).fetchone() or (0,)
    assert said == 1, "the disclosure; holders' lines are bound by their digest"


def _hits(found: list[check.Checked]) -> list[check.Checked]:
    return [one for one in found if isinstance(one.outcome, check.Hit)]


def test_a_partners_own_system_names_the_trace_at_its_koppelpunt(demo: Demo) -> None:
    token = credentials.secret(demo.folder / "keys" / "lantaarn.token").decode()
    body = {
        "circle": world.CIRCLE_NAME,
        "case": "zaak-93",
        "purpose": world.PURPOSES[0],
        "type": "iban",
        "identifiers": [invented_iban(71_601)],
    }
    headers = {"authorization": f"Bearer {token}", "traceparent": f"00-{GIVEN}-00f067aa0ba902b7-01"}
    answer = httpx.post(f"{demo.url('lantaarn')}/v1/bevragingen", json=body, headers=headers, timeout=30)
    assert answer.is_success, answer.text
    assert kept(demo, "edge_audit", GIVEN) == 1
    until(lambda: kept(demo, "audit_holderline", GIVEN) >= world.THRESHOLD)
