"""Errors cross the wire and come out as the same class."""

from __future__ import annotations

import json

import pytest

from sluis.core import errors
from sluis.wire import problems

KINDS = sorted(problems.STATUS, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_comes_out_as_the_same_class(kind: type[errors.SluisError]) -> None:
    fault = errors.Fault("signals[3].header", "lengte", "Send 80 octets.")
    sent = kind("Detail.", code="eigen-code", faults=(fault,), position=3, articles=["AVG 6"])
    status, _headers, body = problems.to_problem(sent)
    got = problems.from_problem(status, body)
    assert type(got) is kind
    assert (got.reason, got.detail, got.faults, got.fields) == (sent.reason, "Detail.", (fault,), sent.fields)


def test_every_kind_of_the_tree_has_a_status() -> None:
    assert set(problems.STATUS) == set(errors.SluisError.__subclasses__())


def test_too_many_says_when_to_come_back() -> None:
    _status, headers, _body = problems.to_problem(errors.TooMany(retry_after=17))
    assert headers["retry-after"] == "17"


def test_an_unknown_exception_tells_nothing_about_itself() -> None:
    status, _headers, body = problems.to_problem(RuntimeError("NL13TEST0123456789"))
    assert status == 500
    assert b"NL02" not in body
    assert b"Runtime" not in body


def test_all_faults_stand_in_the_problem() -> None:
    faults = (errors.Fault("a", "leeg", "Fill it."), errors.Fault("b", "lengte", "Shorten it."))
    _status, _headers, body = problems.to_problem(errors.Malformed(faults=faults))
    problem = json.loads(body)
    assert [one["where"] for one in problem["errors"]] == ["a", "b"]
    assert problem["type"].endswith("onjuiste-invoer")


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"errors": 3, "self": 1, "faults": 2}'])
def test_a_proxys_page_still_becomes_an_error(body: bytes) -> None:
    assert isinstance(problems.from_problem(503, body), errors.Unavailable)
    assert isinstance(problems.from_problem(500, body), errors.Unavailable)
    assert isinstance(problems.from_problem(418, body), errors.Malformed)
