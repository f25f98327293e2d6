"""Assessments: dated, bounded, approved; all faults at once."""

from __future__ import annotations

import secrets

import make
import pytest
from hub_fixtures import Server

from sluis.apps.audit.models import Event
from sluis.apps.privacy import selectors
from sluis.apps.privacy.models import Assessment
from sluis.core import errors
from sluis.wire import clock

CIRCLE = secrets.token_bytes(16)


def test_versions_are_numbered_and_kept(database: Server) -> None:
    assert [make.assess(CIRCLE), make.assess(CIRCLE, reason="Anders."), make.assess(CIRCLE, reason="Nog anders.")] == [1, 2, 3]
    assert Assessment.objects.count() == 3
    newest = selectors.assessment_of(CIRCLE)
    assert newest is not None
    assert newest.reason == "Nog anders."
    assert Event.objects.filter(activity="beoordeling vastgesteld").count() == 3


def test_the_very_same_again_changes_nothing(database: Server) -> None:
    now = clock.now()
    terms = {"from_": now, "until": now + 10}
    assert make.assess(CIRCLE, **terms) == make.assess(CIRCLE, **terms) == 1


def test_every_fault_is_told_at_once(database: Server) -> None:
    with pytest.raises(errors.Malformed) as raised:
        make.assess(b"", name=" ", facts={}, outcome="ja", articles=(), reason="", until=0, approver="")
    assert [fault.where for fault in raised.value.faults] == [
        "name",
        "circle",
        "facts",
        "outcome",
        "articles",
        "reason",
        "until",
        "approver",
    ]
    assert Assessment.objects.count() == 0


def test_the_newest_version_is_what_counts(database: Server) -> None:
    make.assess(CIRCLE)
    assert selectors.basis_of(CIRCLE, at=clock.now()).version == 1
    make.assess(CIRCLE, outcome="niet_mogelijk")
    with pytest.raises(errors.NotPermitted) as raised:
        selectors.basis_of(CIRCLE, at=clock.now())
    assert raised.value.fields["ground"] == "beoordeling-zegt-nee"


def test_the_term_opens_and_shuts_on_the_second(database: Server) -> None:
    now = clock.now()
    make.assess(CIRCLE, from_=now + 10, until=now + 20)
    for at, opens in ((now + 9, False), (now + 10, True), (now + 19, True), (now + 20, False)):
        if opens:
            assert selectors.basis_of(CIRCLE, at=at).version == 1
            continue
        with pytest.raises(errors.NotPermitted) as raised:
            selectors.basis_of(CIRCLE, at=at)
        assert raised.value.fields["ground"] == "beoordeling-verlopen"


def test_another_circle_has_no_part_in_it(database: Server) -> None:
    make.assess(CIRCLE)
    with pytest.raises(errors.NotPermitted):
        selectors.basis_of(secrets.token_bytes(16), at=clock.now())
