"""The frame of every write: right of the person, a transaction that sees as the organisation, the log of refusals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.consent.selectors import rules
from sluis.apps.partners.selectors import Acting
from sluis.plumbing import viewing


@contextmanager
def act(acting: Acting, activity: str, roles: Iterable[str]) -> Iterator[None]:
    """Inside, the database shows what the organisation may see. Raises NotAllowed `geen-recht`, which the log keeps."""
    with audit.recorded_refusals(Happening(activity, party=acting.organisation)):
        rules.require(acting, roles)
        with viewing.as_organisation(acting.organisation):
            yield


def log(acting: Acting, activity: str, subject: UUID, *, outcome: str = "") -> None:
    """Logs what was done to which id, and how it ended; never a word of what it is about."""
    audit.record(Happening(activity, party=acting.organisation), reference=f"{subject.hex} {outcome}".strip())
