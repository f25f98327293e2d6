"""Why does it not work? Looks at everything a partner needs, in order, and says of each fault what to do next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

import httpx
import msgspec

from sluis.client import advice, config, premises
from sluis.client.config import Partner
from sluis.client.premises import Finding
from sluis.client.replica import Place
from sluis.client.session import Session
from sluis.core import errors
from sluis.core.exchange import notices
from sluis.core.exchange.policy import SKEW, Section
from sluis.wire import clock

DAY: Final = 86_400
_ADDRESS: Final = "Look at the address in your configuration, and whether your network lets you out."
_OPERATOR: Final = "It is not you: tell the operator of the hub what you see. Trying again is safe."
_NTP: Final = f"Set the clock of this machine by NTP; more than {SKEW} s off is refused."
_OTHER_KEYS: Final = (
    "Compare policy-keys with what the policy authority gave you by another road than the network. When they are the same,"
    " somebody shows you another policy: report it to the supervisor."
)
_STEPS: Final = {
    "beleid-handtekening": _OTHER_KEYS,
    "beleid-verlopen": "Nothing passes anywhere until the policy authority signs again; ask the programme office when.",
    "beleid-teruggedraaid": "The hub shows an older policy than you had; report it to the supervisor.",
    "beleid-niet-in-logboek": advice.next_step(errors.ProtocolFailure(code="beleid-niet-in-logboek")),
    "geen-beleid": "The hub has no policy yet: wait for the policy authority.",
    "handtekening-tijd": _NTP,
    "niet-bereikbaar": _OPERATOR,
    "onbekende-kring": "Name one of these under circle, or ask the programme office to add your key to the circle.",
    "instelling-onjuist": "Name one of these under purpose.",
    "sleutel-ingetrokken": "Make another with `sluis authority new-key FILE`; send its public half to the programme office.",
}


class _Health(msgspec.Struct):
    status: str
    service: str = ""
    log: str = "ok"


@dataclass(frozen=True, slots=True)
class _Reached:
    """What a service answered, how far (seconds) the clock here is ahead of its own (None when nobody knows), and what a
    holder says of the log it witnesses."""

    finding: Finding
    ahead: int | None = None
    log: str = "ok"


def examine(file: Path, *, http: httpx.Client | None = None) -> Iterator[Finding]:
    """Findings in the order a partner would mend them; what depends on a broken thing is not looked at."""
    try:
        partner = config.load(file)
    except errors.SluisError as error:
        yield premises.failed("configuration", error, "; ".join(f"{one.where}: {one.next_step}" for one in error.faults))
        return
    yield Finding("configuration", True, "reads")
    session, found = premises.opened(partner)
    yield from map(_with_step, found)
    yield from premises.gateway(partner)
    around = list(_services(http or httpx.Client(timeout=config.TIMEOUT), partner))
    yield from around
    if session is not None and all(one.well for one in around if one.name != "edge"):
        yield from _policy(session, partner)


def _with_step(finding: Finding) -> Finding:
    """A kept policy that the pinned keys did not sign is found when the store is opened."""
    known = finding.name == "policy snapshot" and not finding.well
    return msgspec.structs.replace(finding, next_step=_OTHER_KEYS) if known else finding


def _services(http: httpx.Client, partner: Partner) -> Iterator[Finding]:
    hub = _reached(http, ("hub", "web"), partner.config.web.rstrip("/"))
    edge = _reached(http, ("edge", "edge"), partner.config.edge.rstrip("/"))
    yield from (hub.finding, edge.finding)
    ahead = {one.finding.name: one.ahead for one in (hub, edge) if one.ahead is not None}
    if ahead:
        yield _clock(ahead)


def _reached(http: httpx.Client, named: tuple[str, str], address: str) -> _Reached:
    name, service = named
    try:
        answer = http.get(f"{address}/v1/health")
        health = msgspec.json.decode(answer.content, type=_Health)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return _Reached(Finding(name, False, f"{address} does not answer ({type(error).__name__})", _ADDRESS))
    except msgspec.DecodeError:
        told = f"{address} answers, but not as a service of Sluis ({answer.status_code})"
        return _Reached(Finding(name, False, told, _ADDRESS))
    if health.service not in ("", service):
        return _Reached(Finding(name, False, f"{address} is the address of {health.service}, not of {service}", _ADDRESS))
    if health.status != "ok":
        return _Reached(Finding(name, False, f"{address} says {health.status}", _OPERATOR), _ahead(answer))
    return _Reached(Finding(name, True, f"{address} answers"), _ahead(answer), health.log)


def _ahead(answer: httpx.Response) -> int | None:
    try:
        return clock.now() - int(parsedate_to_datetime(answer.headers.get("date", "")).timestamp())
    except ValueError:
        return None


def _clock(ahead: dict[str, int]) -> Finding:
    """The clock here, beside those of the services that told theirs: who is alone is wrong."""
    wrong = {name: seconds for name, seconds in ahead.items() if abs(seconds) > SKEW}
    if not wrong:
        return Finding("clock", True, f"at most {max(map(abs, ahead.values()))} s off")
    if len(wrong) < len(ahead):
        return Finding("clock", False, f"the clock of the {', '.join(wrong)} is off", _OPERATOR)
    seconds = next(iter(wrong.values()))
    return Finding("clock", False, f"your clock is {abs(seconds)} s {'ahead' if seconds > 0 else 'behind'}", _NTP)


def _policy(session: Session, partner: Partner) -> Iterator[Finding]:
    steps: tuple[tuple[str, Callable[[], str], str], ...] = (
        ("policy snapshot", lambda: _snapshot(session), "Ask the programme office whether the policy authority has signed."),
        ("protected list", lambda: session.protected().digest.hex()[:16], "Update Sluis to the version your circle uses."),
        ("membership", lambda: _membership(session, partner), f"Send the programme office your key: {session.key.hex()}"),
        ("keys", lambda: _keys(session), "Wait a minute for the key holders; when it stays, tell the operator of the hub."),
    )
    for name, look, next_step in steps:
        try:
            yield Finding(name, True, look())
        except errors.SluisError as error:
            yield premises.failed(name, error, _STEPS.get(error.reason, next_step))
            return
    yield from _holders(session)
    yield _stream(session)


def _snapshot(session: Session) -> str:
    head = session.directory.snapshot().head
    return f"serial {head.serial}, until {datetime.fromtimestamp(head.not_after, UTC):%Y-%m-%d %H:%M} UTC"


def _membership(session: Session, partner: Partner) -> str:
    snapshot = session.directory.snapshot()
    if snapshot.is_revoked(session.key):
        raise errors.NotAllowed("Your key was revoked; it never counts again.", code="sleutel-ingetrokken")
    found = {section.name: (section, member) for section, member in snapshot.memberships(session.key)}
    if not found:
        raise errors.NotAllowed("This key belongs to no member of any circle.", code="geen-lid")
    _require_defaults(partner, [section for section, _member in found.values()])
    (_section, member), *_more = found.values()
    names = (name if section.identifier_types() else f"{name} (shut)" for name, (section, _member) in found.items())
    return f"{member.name} in {', '.join(sorted(names))}"


def _require_defaults(partner: Partner, sections: list[Section]) -> None:
    """What the configuration gives for circle and purpose has to exist."""
    circle, purpose = partner.config.circle, partner.config.purpose
    named = [one for one in sections if circle in ("", one.name)]
    if not named:
        mine = ", ".join(sorted(one.name for one in sections))
        raise errors.NotFound(f"You are not in a circle {circle}; you are in {mine}.", code="onbekende-kring")
    purposes = {name for one in named for name in one.purposes}
    if purpose and purpose not in purposes:
        known = f"{circle or 'No circle'} has no purpose {purpose}; there are {', '.join(sorted(purposes))}."
        raise errors.Malformed(known, code="instelling-onjuist")


def _keys(session: Session) -> str:
    """Counts the keys of every circle whose assessment opens it; all that miss are told at once."""
    sections = [section for section, _member in session.directory.snapshot().memberships(session.key)]
    slots = [(section, kind) for section in sections for kind in section.identifier_types()]
    missing = []
    for section, kind in slots:
        try:
            session.directory.key(section, kind)
        except errors.SluisError as error:
            missing.append(f"{section.name} {kind.label}: {error}")
    if missing:
        raise errors.Unavailable("; ".join(missing), code="geen-sleutel")
    return f"{len(slots)} in use"


def _holders(session: Session) -> Iterator[Finding]:
    head = session.directory.snapshot().head
    looked = [_reached(session.transport.http, (one.name, "keyholder"), one.url) for one in head.holders]
    yield _answering([one.finding for one in looked], needed=head.threshold)
    yield _holders_clocks({one.finding.name: one.ahead for one in looked if one.ahead is not None})
    yield _log({one.finding.name: one.log for one in looked if one.log != "ok"})


def _answering(looked: list[Finding], *, needed: int) -> Finding:
    silent = [one for one in looked if not one.well]
    told = f"{len(looked) - len(silent)} of {len(looked)} answer, {needed} needed"
    if silent:
        told += "; " + "; ".join(f"{one.name}: {one.found}" for one in silent)
    if len(looked) - len(silent) < needed:
        return Finding("key holders", False, told, "Tell the operator of the hub; until enough answer, nothing can be asked.")
    return Finding("key holders", True, told, "Nothing to do for you; tell the operator when it lasts a day." if silent else "")


def _holders_clocks(ahead: dict[str, int]) -> Finding:
    wrong = {name: seconds for name, seconds in ahead.items() if abs(seconds) > SKEW}
    if wrong:
        told = ", ".join(f"{name} {abs(seconds)} s" for name, seconds in wrong.items())
        return Finding("clocks of holders", False, f"off: {told}", "Tell the operator; they refuse what you sign meanwhile.")
    return Finding("clocks of holders", True, f"at most {max(map(abs, ahead.values()), default=0)} s off")


def _log(alarms: dict[str, str]) -> Finding:
    """What the holders say of the log as its witnesses."""
    if alarms:
        told = "; ".join(f"{name} says {code}" for name, code in alarms.items())
        return Finding("log", False, told, "Run `sluis log verify`, and report what both say to the supervisor.")
    return Finding("log", True, "no holder that answers has an alarm")


def _stream(session: Session) -> Finding:
    """Whether notices come in, and how old the replicas are. Reads up to now, and keeps nothing of it."""
    url = f"{session.edge}/v1/berichten?vanaf={session.store.casebook.last_notice()}"
    try:
        with session.transport.stream(url) as events:
            comes = any(event.event == "reached" for event in events)
    except errors.SluisError as error:
        return premises.failed("stream", error, _OPERATOR)
    if not comes:
        return Finding("stream", False, "the edge ended the stream of your notices before it was up to date", _OPERATOR)
    behind = [told for told in map(_replica, _followed(session)) if told]
    if behind:
        return Finding("stream", False, "; ".join(behind), "Start the gateway, or check something: that reads it up to now.")
    return Finding("stream", True, "notices come in, and every replica here is of today")


def _followed(session: Session) -> Iterator[tuple[str, Place]]:
    """Circle and place of each replica that was read here."""
    snapshot = session.directory.snapshot()
    for record in session.directory.live_records():
        if snapshot.section(record.circle).mode == "replica":
            place = session.store.replica.place(notices.replica_stream(record.id))
            if place.heard:
                yield f"{snapshot.section(record.circle).name} {record.identifier_type.label}", place


def _replica(followed: tuple[str, Place]) -> str:
    name, place = followed
    if place.differs:
        return f"the replica of {name} differed from the signed digest, and is read anew"
    days = (clock.now() - place.heard) // DAY
    return f"the replica of {name} was last read {days} day(s) ago, and removals wait" if days else ""
