"""Second factor on, as in earnest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test.utils import override_settings


@pytest.fixture
def in_earnest() -> Iterator[None]:
    """A second factor is asked of everybody, and wrong tries are counted."""
    with override_settings(SLUIS_SECOND_FACTOR=True, AXES_ENABLED=True):
        yield
