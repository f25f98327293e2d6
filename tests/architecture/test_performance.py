"""The page of figures is made, not written."""

from __future__ import annotations

import importlib.util
from pathlib import Path

TOOL = Path(__file__).parents[2] / "tools" / "performance.py"


def test_the_page_of_figures_is_that_of_the_committed_results() -> None:
    spec = importlib.util.spec_from_file_location("performance", TOOL)
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert tool.PAGE.read_text() == tool.page()
