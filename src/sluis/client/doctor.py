"""Why does it not work? Looks at everything a partner needs, in order, and says of each fault what to do next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

import httpx
import msgspec

from sluis.client import advice, config
from sluis.client.config import Partner
from sluis.client.session import Session
from sluis.core import errors
from sluis.core.exchange.policy import SKEW
from sluis.wire import clock

_ADDRESS: Final = "Look at the address in your configuration, and whether your network lets you out."


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at: its name, whether it is well, what was found, and what to do when it is not."""

    name: str
    well: bool
    found: str
    next_step: str = ""


class _Health(msgspec.Struct):
    status: str


def examine(file: Path) -> Iterator[Finding]:
    """Findings in the order a partner would mend them; what depends on a broken thing is not looked at."""
    try:
        partner = config.load(file)
    except errors.SluisError as error:
        faults = "; ".join(f"{fault.where}: {fault.next_step}" for fault in error.faults)
        yield Finding("configuration", False, str(error), faults or advice.next_step(error))
        return
    yield Finding("configuration", True, "reads")
    try:
        session = partner.session()
    except errors.SluisError as error:
        name = "store" if error.reason == "opslag-onbruikbaar" else "key"
        yield Finding(name, False, str(error), advice.next_step(error))
        return
    yield Finding("key", True, f"public key {session.key.hex()[:16]}...")
    hub, edge = _services(session)
    yield from (hub, edge)
    if hub.well:
        yield from _policy(session, partner)


def _services(session: Session) -> tuple[Finding, Finding]:
    http = session.transport.http
    return _reached(http, "hub", session.web), _reached(http, "edge", session.edge)


def _reached(http: httpx.Client, name: str, address: str) -> Finding:
    try:
        answer = http.get(f"{address}/v1/health")
        status = msgspec.json.decode(answer.content, type=_Health).status
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Finding(name, False, f"{address} does not answer ({type(error).__name__})", _ADDRESS)
    except msgspec.DecodeError:
        return Finding(name, False, f"{address} answers, but not as a service of Sluis ({answer.status_code})", _ADDRESS)
    if status != "ok":
        return Finding(name, False, f"{address} says {status}", "Its operator has to open it; tell them what you see.")
    away = _skew(answer)
    if abs(away) > SKEW:
        return Finding(name, False, f"your clock is {away} s off", "Set your clock by NTP; more than 60 s off is refused.")
    return Finding(name, True, f"{address} answers, clock {away:+d} s")


def _skew(answer: httpx.Response) -> int:
    try:
        return clock.now() - int(parsedate_to_datetime(answer.headers.get("date", "")).timestamp())
    except ValueError:
        return 0


def _policy(session: Session, partner: Partner) -> Iterator[Finding]:
    steps: tuple[tuple[str, Callable[[], str], str], ...] = (
        ("policy snapshot", lambda: _snapshot(session), "Ask the programme office whether the policy authority has signed."),
        ("protected list", lambda: session.protected().digest.hex()[:16], "Update Sluis to the version your circle uses."),
        ("membership", lambda: _membership(session, partner), "Ask the programme office to add your key to the circle."),
        ("key of the circle", lambda: _keys(session, partner), "Wait for the key holders, or ask the operator of the hub."),
        ("key holders", lambda: _holders(session), "Fewer than needed answer: tell the operator of the hub."),
    )
    for name, look, next_step in steps:
        try:
            yield Finding(name, True, look())
        except errors.SluisError as error:
            yield Finding(name, False, str(error), next_step)
            return


def _snapshot(session: Session) -> str:
    head = session.directory.snapshot().head
    return f"serial {head.serial}, until {datetime.fromtimestamp(head.not_after, UTC):%Y-%m-%d %H:%M} UTC"


def _membership(session: Session, partner: Partner) -> str:
    section, member = session.membership(partner.matter(case="-", purpose="-").circle)
    return f"{member.name} in {section.title}: {', '.join(member.uses)}"


def _keys(session: Session, partner: Partner) -> str:
    section, _member = session.membership(partner.matter(case="-", purpose="-").circle)
    records = [session.directory.key(section, kind) for kind in section.identifier_types()]
    return ", ".join(f"{record.identifier_type.label} {record.id.hex()[:8]}" for record in records)


def _holders(session: Session) -> str:
    head = session.directory.snapshot().head
    looked = [_reached(session.transport.http, holder.name, holder.url) for holder in head.holders]
    answering = [one.name for one in looked if one.well]
    if len(answering) < head.threshold:
        silent = "; ".join(one.found for one in looked if not one.well)
        raise errors.Unavailable(
            f"{len(answering)} of {head.threshold} needed answer: {silent}", code="te-weinig-sleutelhouders"
        )
    return f"{len(answering)} of {len(head.holders)} answer, {head.threshold} needed"
