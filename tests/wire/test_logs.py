"""A log line goes to standard error as it is now, not as it was when logging was set up."""

from __future__ import annotations

import io
import sys

import pytest

from sluis.wire import logs


def test_an_event_is_written_after_the_first_standard_error_was_closed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first = io.StringIO()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", first)
        logs.configure("test")
    first.close()
    logs.logger().info("still here", code="x")
    assert "still here" in capsys.readouterr().err
