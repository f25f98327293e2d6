"""Wrong calls of the services' commands, as an operator types them: cause, exit 1 or 2, never a traceback."""

from __future__ import annotations

import subprocess

import pytest

from sluis.demo import services


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        (("sluis-demo", "run", "--dir", __file__), 1, "geen-map"),
        (("sluis-demo", "run", "--port", "99999999"), 2, "Usage"),
        (("sluis-demo", "status", "--dir", __file__), 1, "No demo runs here."),
        (("sluis-demo", "rest", "--dir", "nowhere"), 1, "No demo runs here."),
        (("sluis-demo", "live", "--dir", "nowhere"), 1, "No demo runs here."),
        (("sluis-hub", "web"), 1, "Set SLUIS_SECRET_FILE"),
        (("sluis-hub", "nonsense"), 2, "No such command"),
        (("sluis-edge", "serve", "--config", "missing.toml"), 1, "geen-instellingen"),
    ],
)
def test_a_wrong_call_of_any_command_is_told_without_a_traceback(argv: tuple[str, ...], code: int, words: str) -> None:
    command = [services.program(argv[0]), *argv[1:]]
    answer = subprocess.run(command, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False, timeout=30)
    said = answer.stdout + answer.stderr
    assert (answer.returncode, words in said, "Traceback" in said) == (code, True, False), said
