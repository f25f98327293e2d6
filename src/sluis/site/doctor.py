"""Why does the hub not work? Looks at what its operator can mend, in order, and says of each fault what to do next."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import msgspec
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from sluis.apps.audit import selectors as audit
from sluis.apps.partners import selectors as partners
from sluis.core import errors
from sluis.core.exchange import documents
from sluis.core.exchange.policy import SKEW
from sluis.plumbing import roles
from sluis.plumbing.models import Stream
from sluis.wire import clock, credentials

DAY: Final = 86_400
SILENT: Final = 900
WAITS: Final = 60
_OLDEST_WAITING: Final = "SELECT min(time) FROM audit_leaf JOIN audit_waiting ON leaf_id = number"
_WORKER: Final = "Look whether `sluis-hub worker` runs, and at what it logs."


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at: its name, whether it is well, what was found, and what to do."""

    name: str
    well: bool
    found: str
    next_step: str = ""


class _Unwell(Exception):
    """What is wrong, and what to do about it."""

    def __init__(self, found: str, next_step: str) -> None:
        super().__init__(found)
        self.found, self.next_step = found, next_step


def examine() -> Iterator[Finding]:
    """Findings in the order an operator would mend them; without a database or a policy nothing more is looked at."""
    looks: tuple[tuple[str, Callable[[], str]], ...] = (
        ("database", _database),
        ("clock", _clock),
        ("keys", _keys),
        ("policy", _policy),
        ("holders", _holders),
        ("log", _log),
        ("stream", _stream),
    )
    for name, look in looks:
        finding = _looked(name, look)
        yield finding
        if not finding.well and name in ("database", "policy"):
            return


def _looked(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(name, True, look())
    except _Unwell as error:
        return Finding(name, False, error.found, error.next_step)
    except DatabaseError as error:
        return Finding(name, False, f"the database refused ({type(error).__name__})", "Look at DATABASE_URL and its server.")
    except errors.SluisError as error:
        return Finding(name, False, str(error), _STEPS.get(error.reason, "See docs/reference/errors.md."))


_STEPS: Final = {
    "geen-beleid": "Hand in a snapshot that two policy keys signed; holders have to run before it is in force.",
    "beleid-verlopen": "Ask the policy authority for a new snapshot; until then nothing passes.",
    "geheim-ontbreekt": "Make the key, or name its file in the settings; see docs/reference/settings.md.",
    "geheim-leesbaar": "Take the rights of others away with `chmod 600`; when others may have read it, make a new key.",
    "geheim-onleesbaar": "The file holds 64 hexadecimal digits.",
}


def _database() -> str:
    executor = MigrationExecutor(connection)
    todo = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if todo:
        raise _Unwell(f"{len(todo)} migrations to go", "Run `sluis-hub migrate` as the owner of the database.")
    if missing := roles.missing():
        raise _Unwell(f"roles missing: {', '.join(missing)}", "Run `sluis-hub migrate` as the owner of the database.")
    return "every migration is there, and every role"


def _clock() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::bigint")
        (there,) = cursor.fetchone()
    ahead = clock.now() - int(there)
    if os.environ.get(clock.VARIABLE):
        return f"moved by {ahead} s for a demo or a test"
    if abs(ahead) > SKEW:
        step = f"Set both machines by NTP; signatures more than {SKEW} s off are refused."
        raise _Unwell(f"{abs(ahead)} s {'ahead of' if ahead > 0 else 'behind'} the database", step)
    return f"{abs(ahead)} s from the database"


def _keys() -> str:
    held = {
        "hub": documents.public_key(credentials.signing_key(Path(settings.SLUIS_HUB_KEY_FILE))),
        "log": documents.public_key(credentials.signing_key(Path(settings.SLUIS_LOG_KEY_FILE))),
    }
    stored = partners.stored_snapshot()
    named = {"hub": stored.head.hub.key, "log": stored.head.log.key} if stored else held
    if wrong := [name for name, key in held.items() if named[name] != key]:
        step = "Restore the key that the policy names, or have a snapshot signed that names this one."
        raise _Unwell(f"the policy names another key of the {' and '.join(wrong)}", step)
    return "those of hub and log are there, for their owner only"


def _policy() -> str:
    head = partners.snapshot().head
    hours = (head.not_after - clock.now()) // 3_600
    if hours < 24:
        raise _Unwell(f"serial {head.serial} ends in {hours} hours", "Ask the policy authority for the next snapshot today.")
    return f"serial {head.serial}, in force for {hours // 24} more days"


def _holders() -> str:
    head, now = partners.snapshot().head, clock.now()
    last = audit.last_cosigned([one.witness for one in head.holders])
    silent = [one.name for one in head.holders if now - last.get(one.witness, 0) > SILENT]
    told = f"{len(head.holders) - len(silent)} of {len(head.holders)} cosigned in the last {SILENT // 60} minutes"
    if silent:
        raise _Unwell(f"{told}; not {', '.join(silent)}", "Ask them for `sluis-keyholder status` and `doctor`.")
    return told


def _log() -> str:
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST_WAITING)
        (oldest,) = cursor.fetchone()
    waits = clock.now() - int(oldest) if oldest is not None else 0
    if waits > WAITS:
        raise _Unwell(f"a leaf waits for its place for {waits} s", _WORKER)
    behind = audit.newest_size() - audit.witnessed_size()
    return f"{audit.newest_size()} entries, the last {behind} not cosigned by enough holders yet"


def _stream() -> str:
    """The streams that the edge follows: a reader whose place lies before the floor begins anew."""
    found = Stream.objects.filter(name="entries").first()
    if found is None:
        return "no entry yet"
    if found.floor > found.head:
        raise _Unwell("the stream's floor lies above its head", "Restore the database from a backup of one moment.")
    return f"{found.head} events, kept from {found.floor} on"
