"""`sluis log`: verify the log that every passage leaves a mark in, as a partner or as anyone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import httpx
import typer

from sluis.client import config, verify
from sluis.client.cli import options, output
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.core.exchange import policy
from sluis.core.exchange.log.checkpoint import LogKey, Trust
from sluis.core.exchange.log.note import Kind, Verifier
from sluis.wire import clock, problems

app = typer.Typer(no_args_is_help=True, help="The log anyone can verify.")
_STATE: Final = "sluis-log.json"
ConfigFile = Annotated[Path | None, typer.Option("--config", help="The configuration; else SLUIS_CONFIG or the user's own.")]
StateFile = Annotated[Path | None, typer.Option("--state", help="What was verified before; default beside the store.")]
Url = Annotated[str, typer.Option("--url", help="Without a configuration: the address of the log, up to and with /log.")]
LogKeyText = Annotated[
    str, typer.Option("--log-key", help="Without a configuration: the log's key, as `sluis log show` writes it.")
]
Witnesses = Annotated[
    list[str] | None, typer.Option("--witness", help="Without a configuration: a holder's key; may be repeated.")
]
Threshold = Annotated[int, typer.Option("--threshold", help="Without a configuration: how many holders must have cosigned.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document instead of text.")]


@dataclass(frozen=True, slots=True)
class _Given:
    """What was typed of a log that no configuration names."""

    url: str
    log_key: str
    witnesses: tuple[str, ...]
    threshold: int

    def trust(self) -> Trust:
        """Whom to believe. Raises Malformed with everything missing."""
        faults = tuple(
            Fault(name, "ontbreekt", f"Without a configuration, give --{name}.")
            for name, value in (("log-key", self.log_key), ("witness", self.witnesses), ("threshold", self.threshold > 0))
            if not value
        )
        if faults:
            raise errors.Malformed("Something needed is missing.", code="ontbreekt", faults=faults)
        log = Verifier.parse(self.log_key)
        holders = {one.name: one.key for one in map(Verifier.parse, self.witnesses)}
        return Trust((LogKey(origin=log.name, key=log.key),), holders, self.threshold)

    def auditor(self, state: Path | None) -> verify.Auditor:
        """A reader without a key of its own."""
        http, base = httpx.Client(timeout=config.TIMEOUT), self.url.rstrip("/")
        return verify.Auditor(
            verify.Sources(lambda path: fetched(http, f"{base}/{path}")), self.trust(), state or Path(_STATE), clock.now()
        )


def fetched(http: httpx.Client, url: str) -> bytes:
    """The body of an unsigned GET. Raises what the log answered, or Unavailable `niet-bereikbaar`."""
    try:
        answer = http.get(url)
    except httpx.HTTPError as error:
        raise errors.Unavailable(f"The log does not answer ({type(error).__name__}).") from None
    if answer.is_success:
        return answer.content
    raise problems.from_problem(answer.status_code, answer.content)


def _auditor(file: Path | None, state: Path | None, given: _Given) -> verify.Auditor:
    if given.url:
        return given.auditor(state)
    partner = options.partner_of(file)
    session = partner.session()
    snapshot, web = session.directory.snapshot(), session.web
    sources = verify.Sources(
        lambda path: session.transport.get(f"{web}/log/{path}"),
        lambda start: session.transport.get(f"{web}/v1/log/gebeurtenissen?vanaf={start}"),
    )
    kept = state or partner.path(partner.config.store).with_suffix(".log.json")
    return verify.Auditor(sources, policy.trust_in(snapshot, snapshot), kept, clock.now())


@app.command(name="verify")
def verify_log(
    file: ConfigFile = None,
    state: StateFile = None,
    url: Url = "",
    log_key: LogKeyText = "",
    witness: Witnesses = None,
    threshold: Threshold = 0,
    as_json: Json = False,
) -> None:
    """Read every entry since the last time, and prove that the log only grew; exit 1 with the cause when it did not."""
    with output.told(as_json=as_json):
        auditor = _auditor(file, state, _Given(url, log_key, tuple(witness or ()), threshold))
        with output.counting("reading entries", as_json=as_json) as advance:
            report = auditor.verify(advance)
        output.show(report, lambda: _told(report), as_json=as_json)


@app.command(name="prove")
def prove_entry(
    proof: Annotated[Path, typer.Argument(help="The file of a proof, from the portal's log page.")],
    file: ConfigFile = None,
    log_key: LogKeyText = "",
    witness: Witnesses = None,
    threshold: Threshold = 0,
    as_json: Json = False,
) -> None:
    """Prove offline that one event is in the log; exit 1 with the cause when it is not."""
    with output.told(as_json=as_json):
        found = verify.prove(_read(proof), _trust(file, _Given("", log_key, tuple(witness or ()), threshold)))
        output.show(found, lambda: _proven(found), as_json=as_json)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise errors.Malformed(f"{file.name} cannot be read.", code="bewijs-onleesbaar") from None


def _trust(file: Path | None, given: _Given) -> Trust:
    if given.log_key or given.witnesses or given.threshold:
        return given.trust()
    snapshot = options.partner_of(file).session().directory.snapshot()
    return policy.trust_in(snapshot, snapshot)


def trusted(file: Path | None, log_key: str, witnesses: tuple[str, ...], *, threshold: int) -> Trust:
    """Whom to believe: the keys given, else those of the policy. Raises Malformed with everything missing."""
    return _trust(file, _Given("", log_key, witnesses, threshold))


def _proven(found: verify.Proven) -> str:
    lines = [f"proven: place {found.place} of {found.size} in {found.origin}", found.event]
    return "\n".join([*lines, *_cosigned(found.cosigned)])


def _cosigned(found: Mapping[str, int]) -> list[str]:
    return [f"cosigned {_moment(when)} by {name}" for name, when in sorted(found.items())]


def _told(report: verify.Report) -> str:
    lines = [
        f"{report.origin}: {report.size} entries, {report.verified} verified now",
        f"root {report.root}",
        f"your own events: {report.events} found in their place, {report.erased} erased since",
    ]
    return "\n".join([*lines, *_cosigned(report.cosigned)])


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


@app.command(name="show")
def show_log(
    file: ConfigFile = None,
    url: Url = "",
    log_key: LogKeyText = "",
    witness: Witnesses = None,
    threshold: Threshold = 0,
    as_json: Json = False,
) -> None:
    """Show the newest checkpoint, and the keys with which anyone can verify the log."""
    with output.told(as_json=as_json):
        auditor = _auditor(file, None, _Given(url, log_key, tuple(witness or ()), threshold))
        octets, now = auditor.look()
        keys = {
            "log_keys": sorted({Verifier(one.origin, one.key).text() for one in auditor.trust.logs}),
            "witnesses": [Verifier(name, key, Kind.COSIGNATURE).text() for name, key in auditor.trust.witnesses.items()],
        }
        found = {"origin": now.origin, "size": now.size, "root": now.root.hex(), "threshold": auditor.trust.threshold, **keys}
        output.show(found, lambda: _shown(octets, auditor, keys), as_json=as_json)


def _shown(octets: str, auditor: verify.Auditor, keys: dict[str, list[str]]) -> str:
    lines = [f"--log-key '{one}'" for one in keys["log_keys"]] + [f"--witness '{one}'" for one in keys["witnesses"]]
    return "\n".join([octets, *lines, f"--threshold {auditor.trust.threshold}"])
