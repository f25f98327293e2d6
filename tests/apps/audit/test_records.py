"""Processing log and decision log: every passage and refusal has both, nobody changes them, and no identifier is in them."""

from __future__ import annotations

import json
from typing import Any

import make
import psycopg
import pytest
from hub_fixtures import Server
from make import Circle

from sluis.apps.audit import services
from sluis.apps.audit.models import Decision, Event, Processing
from sluis.apps.audit.services import Decided, Processed
from sluis.wire import trace

GIVEN = "4bf92f3577b34da6a3ce929d0e0e4736"
HEADERS = {"traceparent": f"00-{GIVEN}-00f067aa0ba902b7-01"}


def share(circle: Circle, name: str = "bank") -> Any:
    body = {"signals": [circle.signal(name)]}
    path = f"/v1/kringen/{circle.id.hex()}/signalen"
    return make.call("POST", path, make.octets(body), key=circle.members[name].key, headers=HEADERS)


def test_what_passes_leaves_a_processing_and_a_decision_under_the_trace_it_came_with(circle: Circle) -> None:
    assert share(circle).status_code == 200
    done = Processing.objects.get(trace=GIVEN)
    assert (done.activity, done.status, done.amount) == ("urn:sluis:verwerking:delen", "ok", 1)
    assert (bytes(done.controller), bytes(done.circle or b"")) == (circle.members["bank"].id, circle.id)
    assert (done.foreign, done.data_subject) == ("00f067aa0ba902b7", None)
    assert 0 <= done.ended - done.started < 60_000
    decided = Decision.objects.get(trace=GIVEN)
    assert (decided.subject_type, decided.subject) == ("party", circle.members["bank"].id.hex())
    assert (decided.action, decided.resource, decided.decision) == ("delen", circle.id.hex(), True)
    assert decided.span == done.span
    event = Event.objects.get(leaf_id=done.leaf)
    assert json.loads(bytes(event.event))["trace"] == GIVEN


def test_what_is_refused_leaves_both_with_the_reason(circle: Circle) -> None:
    circle.accept(circle.section(assessment=None))
    refused = share(circle)
    assert refused.status_code == 403
    decided, done = Decision.objects.get(trace=GIVEN), Processing.objects.get(trace=GIVEN)
    assert (decided.decision, done.status) == (False, "refused")
    assert decided.reasons[0] == "geen-beoordeling"
    assert "AVG 6" in decided.reasons


def test_without_a_trace_named_a_fresh_one_is_kept(circle: Circle) -> None:
    circle.publish("bank")
    assert all(len(one) == 32 for one in Processing.objects.values_list("trace", flat=True))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_processing SET activity = 'x'",
        "UPDATE audit_processing SET data_subject = '\\x00'",
        "DELETE FROM audit_processing",
        "TRUNCATE audit_processing",
        "UPDATE audit_decision SET decision = NOT decision",
        "DELETE FROM audit_decision",
        "TRUNCATE audit_decision",
    ],
)
@pytest.mark.parametrize("role", ["sluis_web", "sluis_owner"])
def test_nobody_changes_or_removes_a_record_not_even_the_owner(
    circle: Circle, database: Server, statement: str, role: str
) -> None:
    share(circle)
    with database.connect(role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


def test_of_whom_data_were_can_be_erased_and_the_rest_stays(database: Server) -> None:
    del database
    with trace.started() as step:
        services.record_processing(
            Processed(activity="warme doorverwijzing", controller=bytes(16), data_subject=b"ciphertext"),
            Processed(activity="doorsturen", controller=bytes(16)),
        )
    assert (services.forget_subject(step.id), services.forget_subject(step.id)) == (1, 0)
    kept = Processing.objects.filter(trace=step.id).order_by("number")
    assert [(one.activity, one.data_subject) for one in kept] == [
        ("urn:sluis:verwerking:warme-doorverwijzing", None),
        ("urn:sluis:verwerking:doorsturen", None),
    ]


def test_a_decision_of_any_room_is_kept_in_the_shape_of_authzen(database: Server) -> None:
    del database
    services.record_decision(
        Decided(
            subject=("organisation", "aa"),
            action="vrijgeven",
            resource=("stuk", "bb"),
            allowed=False,
            policy="regels 3",
            reasons=("instemming-ontbreekt",),
            context={"audience": "kring"},
        )
    )
    row = Decision.objects.get()
    assert (row.context, row.reasons, row.policy) == ({"audience": "kring"}, ["instemming-ontbreekt"], "regels 3")


def test_what_holders_and_the_edge_tell_is_not_the_hubs_own_processing(circle: Circle) -> None:
    from make_people import holder_line

    before = Processing.objects.count()
    services.keep_holder_lines(1, [holder_line(circle, "bank")], witness=circle.holders[0].id)
    assert Processing.objects.count() == before
