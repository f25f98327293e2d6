"""What every test shares: hypothesis profiles with printed seeds, and the slow ones kept apart."""

from __future__ import annotations

import os

import hypothesis
import pytest

hypothesis.settings.register_profile("quick", max_examples=60, deadline=None, print_blob=True)
hypothesis.settings.register_profile("deep", max_examples=2000, deadline=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_report_header(config: pytest.Config) -> str:
    """The line that tells how to repeat this run."""
    profile = os.environ.get("HYPOTHESIS_PROFILE", "quick")
    return f"hypothesis: {profile}; repeat a failure with the printed blob or --hypothesis-seed"
