"""Walk: check an IBAN. The page is `docs/architecture/check-an-iban.md`."""

from __future__ import annotations

import json
import secrets

import httpx
import pytest

from journeys.world import Demo, invented_iban, matter
from sluis.client import check, disclose, publish
from sluis.client.session import Session
from sluis.core import errors
from sluis.core.exchange import asking, commitments, wire
from sluis.core.exchange.entries import Hit, NoHit
from sluis.core.exchange.envelope import Context
from sluis.core.exchange.words import Advice, Grade, Use
from sluis.core.identifiers import normalise
from sluis.core.identifiers.kinds import Identifier, IdentifierType
from sluis.demo import world
from sluis.wire import clock, credentials

CASE = "zaak-77-kadebank"


def share(session: Session, identifier: Identifier) -> publish.SignalState:
    context = Context("AVF.AANKOOP.WEBWINKEL", channels=("webshop",), amount=2)
    (receipt,) = publish.publish(session, [publish.Draft(identifier, context, Grade.B, Advice.HOLD)], matter=matter(CASE))
    return receipt


def test_a_bank_publishes_a_shop_checks_hits_and_reads_the_context(demo: Demo) -> None:
    identifier = normalise.parse("iban", invented_iban(1))
    bank, shop = demo.session("kadebank"), demo.session("lantaarn")
    assert check.check(shop, [identifier], matter=matter())[0].outcome == NoHit()
    assert share(bank, identifier).state == "stored"
    checked = _until_hit(shop, identifier)
    assert (checked.outcome.band, checked.outcome.grade, checked.outcome.advice) == ("1", Grade.B, Advice.HOLD)
    found = disclose.disclose(shop, checked, matter=matter())
    assert [context.form for context in found.contexts.values()] == ["AVF.AANKOOP.WEBWINKEL"]
    assert check.check(bank, [identifier], matter=matter())[0].outcome == NoHit()


def _until_hit(session: Session, identifier: Identifier) -> check.Checked:
    from journeys.world import until

    def asked() -> check.Checked | None:
        (checked,) = check.check(session, [identifier], matter=matter())
        return checked if isinstance(checked.outcome, Hit) else None

    return until(asked)


def test_the_gateway_does_all_three_over_its_local_api(demo: Demo) -> None:
    common = {"circle": world.CIRCLE_NAME, "case": "g-1", "purpose": world.PURPOSES[0], "type": "iban"}
    iban = invented_iban(2)

    def call(slug: str, path: str, body: dict[str, object]) -> httpx.Response:
        token = credentials.secret(demo.folder / "keys" / f"{slug}.token").decode()
        headers = {"authorization": f"Bearer {token}"}
        return httpx.post(f"{demo.url(slug)}{path}", json={**common, **body}, headers=headers, timeout=20)

    item = {"identifier": iban, "grade": "A", "advice": "warn", "context": {"form": "PHI.SMS", "channels": ["sms"]}}
    assert call("kadebank", "/v1/signalen", {"items": [item]}).json()["signals"][0]["state"] == "stored"
    from journeys.world import until

    until(lambda: call("lantaarn", "/v1/bevragingen", {"identifiers": [iban]}).json()["results"][0]["outcome"] == "hit")
    found = call("lantaarn", "/v1/verstrekkingen", {"identifier": iban}).json()
    assert found["contexts"][0]["context"]["form"] == "PHI.SMS"
    wrong = call("lantaarn", "/v1/bevragingen", {"identifiers": [iban, "NL00", "x"]})
    assert wrong.status_code == 400
    assert [one["where"] for one in wrong.json()["errors"]] == ["[1]", "[2]"]
    stranger = httpx.post(f"{demo.url('lantaarn')}/v1/bevragingen", json={**common, "identifiers": [iban]})
    assert (stranger.status_code, stranger.json()["code"]) == (403, "geen-toegang")


def test_the_command_line_does_all_three(demo: Demo) -> None:
    iban = invented_iban(3)
    shared = demo.run("publish", iban, "--form", "BDF.FACTUUR", "--grade", "B", "--case", "c-1", "--json", slug="tolhuis")
    assert json.loads(shared.stdout)[0]["state"] == "stored", shared.stderr
    from journeys.world import until

    until(lambda: "HIT" in demo.run("check", "-", "--case", "c-2", slug="zeilmakerij", given=f"{iban}\n").stdout)
    told = demo.run("disclose", iban, "--case", "c-2", slug="zeilmakerij")
    assert '"form":"BDF.FACTUUR"' in told.stdout
    assert demo.run("doctor", slug="zeilmakerij").returncode == 0


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (("check", "NL13TEST0123456789"), "ontbreekt"),
        (("check", "NL13TEST0123456789", "--case", "x", "--circle", "elders"), "onbekende-kring"),
        (("check", "NL13TEST0123456789", "--case", "x", "--purpose", "werving"), "geen-grondslag"),
        (("check", "0612345678", "--case", "x", "--type", "phone"), "kenmerken-onjuist"),
        (("check", "x", "--case", "x", "--type", "bsn"), "kenmerken-onjuist"),
        (("disclose", "NL13TEST0123456789", "--case", "x"), "geen-treffer"),
    ],
)
def test_wrong_input_on_the_command_line_is_told_with_its_code(demo: Demo, argv: tuple[str, ...], code: str) -> None:
    done = demo.run(*argv, "--json", slug="pakketboot")
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["code"] == code


def ask_holder(session: Session, identifier: Identifier, *, use: Use = Use.CHECK) -> bytes:
    """Goes past the gateway's own gate, straight to the first holder."""
    snapshot = session.directory.snapshot()
    section = snapshot.named(world.CIRCLE_NAME)
    plan = asking.Plan(
        session.directory.key(section, IdentifierType.IBAN).id, use, secrets.token_bytes(16), secrets.token_bytes(32)
    )
    asked = asking.ask([asking.Question(identifier.octets(), "p", "r")], plan)
    return session.transport.post(
        f"{snapshot.head.holders[0].url}/v1/evaluate", asked.request.octets(), content_type="application/octet-stream"
    )


def test_holders_refuse_a_use_that_was_not_granted(demo: Demo) -> None:
    with pytest.raises(errors.NotAllowed):
        ask_holder(demo.session("lantaarn"), normalise.parse("iban", invented_iban(5)), use=Use.DISPUTE)


def test_a_holder_that_is_killed_is_not_missed_and_comes_back(demo: Demo) -> None:
    from journeys.world import until

    demo.kill("archief")
    outcome = check.check(demo.session("lantaarn"), [normalise.parse("iban", invented_iban(6))], matter=matter())[0].outcome
    assert outcome == NoHit()
    until(lambda: _answers(f"{demo.url('archief')}/v1/health"), 40)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url).is_success
    except httpx.HTTPError:
        return False


def test_the_hub_records_a_passage_at_the_edge_without_a_prefix(demo: Demo) -> None:
    import psycopg

    from sluis.demo.layout import Layout

    url = Layout.of(demo.folder, first_port=None).cluster.url("sluis_owner")
    with psycopg.connect(url) as connection:
        columns = [
            row[0]
            for row in connection.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'edge_audit'")
        ]
        (count,) = connection.execute("SELECT count(*) FROM edge_audit").fetchone()
    assert count > 0
    assert set(columns) == {"number", "time", "member", "circle", "type", "key_id", "prefixes", "outcome", "trace"}


def test_commitments_and_clock_are_those_of_the_asker(demo: Demo) -> None:
    """The seed that the gateway keeps opens the commitment that the holders logged."""
    shop = demo.session("lantaarn")
    (checked,) = check.check(shop, [normalise.parse("iban", invented_iban(7))], matter=matter("zaak-9"))
    rows = shop.store._file.rows("SELECT batch_id FROM batch ORDER BY created DESC, rowid DESC")
    kept = [json.loads(shop.store.batch(batch_id)) for (batch_id,) in rows]
    opened = [one for one in kept if one["references"] == ["zaak-9"]]
    assert len(opened) == 1
    import base64

    seed = base64.b64decode(opened[0]["seed"])
    assert commitments.case(seed, 0, purpose=opened[0]["purposes"][0], reference="zaak-9") == checked.commitment
    assert wire.MAX_BATCH == 1024
    assert clock.now() > 0
