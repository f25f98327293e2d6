"""W3C Trace Context: what is followed, what is not, and that one operation has one trace id, also over threads."""

from __future__ import annotations

import contextvars
from concurrent.futures import ThreadPoolExecutor

import pytest

from sluis.wire import trace

GIVEN = "4bf92f3577b34da6a3ce929d0e0e4736"
SPAN = "00f067aa0ba902b7"


def test_a_request_is_a_new_span_of_the_trace_it_names() -> None:
    with trace.following(f"00-{GIVEN}-{SPAN}-01") as step:
        assert (step.id, step.parent, trace.current()) == (GIVEN, SPAN, step)
        assert step.span not in (SPAN, "0" * 16)
        assert trace.current().header() == f"00-{GIVEN}-{step.span}-01"
    assert trace.current_id() == ""


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "00",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{GIVEN}-{'0' * 16}-01",
        f"ff-{GIVEN}-{SPAN}-01",
        f"00-{GIVEN.upper()}-{SPAN}-01",
        f"00-{GIVEN}-{SPAN}-01-more",
        f"00-{GIVEN}-{SPAN}-01\nx: y",
        "NL13TEST0123456789",
    ],
)
def test_what_names_no_trace_begins_a_fresh_one(header: str | None) -> None:
    with trace.following(header) as step:
        assert step.parent == ""
        assert len(step.id) == 32
        assert step.id != GIVEN


def test_a_later_version_is_read_as_far_as_it_is_known() -> None:
    with trace.following(f"cc-{GIVEN}-{SPAN}-01-what-comes") as step:
        assert step.id == GIVEN


def test_an_operation_inside_another_is_part_of_it_and_the_next_is_not() -> None:
    @trace.traced
    def work() -> str:
        with trace.started() as inner:
            return inner.id

    with trace.started() as outer:
        assert work() == outer.id
    assert work() != work()


def test_a_thread_that_gets_the_context_stays_in_the_trace() -> None:
    with trace.started() as step, ThreadPoolExecutor(1) as pool:
        assert pool.submit(contextvars.copy_context().run, trace.current_id).result() == step.id
        assert pool.submit(trace.current_id).result() == ""
