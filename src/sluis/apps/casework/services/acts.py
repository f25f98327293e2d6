"""The frame of every write: right of the person, a transaction that sees as that person, the log of refusals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.casework.selectors.inventory import seeing
from sluis.apps.consent.selectors import rules as consent
from sluis.apps.consent.services.acts import log
from sluis.apps.partners.selectors import Acting

__all__ = ["act", "log"]


@contextmanager
def act(acting: Acting, activity: str, roles: Iterable[str]) -> Iterator[None]:
    """Inside, the database shows what this person may see. Raises NotAllowed `geen-recht`, which the log keeps."""
    with audit.recorded_refusals(Happening(activity, party=acting.organisation)):
        consent.require(acting, roles)
        with seeing(acting):
            yield
