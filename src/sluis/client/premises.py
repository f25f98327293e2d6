"""What the doctor looks at on the partner's own premises: key and store, and the gateway with its desk, webhook and port."""

from __future__ import annotations

import base64
import binascii
import errno
import socket
from collections.abc import Callable, Iterator
from typing import Final

import httpx
import msgspec

from sluis.client import advice
from sluis.client.config import GatewayConfig, Partner
from sluis.client.gateway import address
from sluis.client.session import Session
from sluis.core import errors
from sluis.wire import credentials

PATIENCE: Final = 3.0
SECRET_OCTETS: Final = 24  # the least that Standard Webhooks takes
_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - read from a configuration, not listened on
_TAKEN: Final = "Stop the other program, or give gateway.port another number, of 1024 or more."
_BIND: Final = {
    errno.EACCES: ("may not be used by this account", "Give gateway.port a number of 1024 or more."),
    errno.EADDRNOTAVAIL: ("is no address of this machine", "Give gateway.host an address of this machine, or leave it out."),
}


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at: its name, whether it is well, what was found, and what to do: now, or when you want it otherwise."""

    name: str
    well: bool
    found: str
    next_step: str = ""


def failed(name: str, error: errors.SluisError, next_step: str = "") -> Finding:
    """What went wrong, with the step for its code, else the one given."""
    return Finding(name, False, str(error), next_step or advice.next_step(error))


def opened(partner: Partner) -> tuple[Session | None, list[Finding]]:
    """The partner's session, or None, and what is to be said of its key and store."""
    try:
        session = partner.session()
        session.store.require_writable()
    except errors.SluisError as error:
        return None, [failed(_about(error), error)]
    found = [Finding("key", True, f"public key {session.key.hex()[:16]}..."), Finding("store", True, "can be written")]
    return session, [*found, _database(session)]


def _database(session: Session) -> Finding:
    """The SQLite files beside each other. A replica is read again from the edge; of the others only a backup helps."""
    damaged = session.store.damaged()
    if not damaged:
        return Finding("database", True, "store, replica, casebook and desk are whole")
    step = "Stop the gateway and restore them from a backup." if damaged != ["replica"] else "Delete it: it is read again."
    return Finding("database", False, f"damaged: {', '.join(damaged)}", step)


def _about(error: errors.SluisError) -> str:
    names = {"geheim": "key", "opslag": "store", "beleid": "policy snapshot"}
    return names.get(error.reason.partition("-")[0], "store")


def gateway(partner: Partner) -> Iterator[Finding]:
    """Everything about the gateway; one line when the configuration has none."""
    told = partner.config.gateway
    if told is None:
        yield Finding("gateway", True, "none here: commands only", "To run one, add [gateway] with port and token.")
        return
    looks: tuple[tuple[str, Callable[[], Finding]], ...] = (
        ("token", lambda: _token(partner, told)),
        ("desk", lambda: _desk(partner)),
        ("webhook", lambda: _webhook(partner, told)),
        ("gateway", lambda: _gateway(partner, told)),
    )
    for name, look in looks:
        try:
            yield look()
        except errors.SluisError as error:
            yield failed(name, error, _STEPS.get((name, error.reason), ""))


_STEPS: Final = {
    ("gateway", "extra-ontbreekt"): "Install it: pip install 'sluis[gateway]'.",
    ("token", "geheim-ontbreekt"): "Make it: `openssl rand -hex 24`, in the file that gateway.token names, with mode 600.",
    ("desk", "geheim-ontbreekt"): "Write a code of 12 signs or more in the file that gateway.desk-code names, with mode 600.",
    ("webhook", "geheim-ontbreekt"): "Write `whsec_` and base64 in the file that gateway.webhook-secret names, with mode 600.",
}


def _token(partner: Partner, told: GatewayConfig) -> Finding:
    if not credentials.secret(partner.path(told.token)):
        return Finding("token", False, "the token is empty, so nobody can call", _STEPS["token", "geheim-ontbreekt"])
    return Finding("token", True, "there, for its owner only")


def _desk(partner: Partner) -> Finding:
    if not address.desk_code(partner):
        wish = "For pages, name a file with a code of 12 signs or more under gateway.desk-code."
        return Finding("desk", True, "no desk code, so there are no pages", wish)
    return Finding("desk", True, "there is a code to sign in with")


def _webhook(partner: Partner, told: GatewayConfig) -> Finding:
    if not told.webhook:
        return Finding("webhook", True, "none: alerts wait at the gateway")
    secret = credentials.secret(partner.path(told.webhook_secret))
    try:
        holds = secret.startswith(b"whsec_") and len(base64.b64decode(secret[6:], validate=True)) >= SECRET_OCTETS
    except binascii.Error:
        holds = False
    if not holds:
        return Finding("webhook", False, "its secret is not of this form", "Write `whsec_` and 24 octets or more in base64.")
    return Finding("webhook", True, f"alerts go to {httpx.URL(told.webhook).host}")


def _gateway(partner: Partner, told: GatewayConfig) -> Finding:
    """Whether this gateway runs, something else does at its port, or it could run. Raises Unavailable `extra-ontbreekt`."""
    refused = _bound(told)
    if refused is None:
        address.require_extra()
        return Finding(
            "gateway", True, f"port {told.port} is free; the gateway does not run", "Start it: `sluis gateway serve`."
        )
    if refused != errno.EADDRINUSE:
        why, step = _BIND.get(refused, ("cannot be used", _TAKEN))
        return Finding("gateway", False, f"{told.host} port {told.port} {why}", step)
    with httpx.Client(timeout=PATIENCE, base_url=_url(told)) as http:
        status, is_ours = _who(http, credentials.secret(partner.path(told.token)).decode("latin-1"))
    if not status:
        return Finding("gateway", False, f"port {told.port} is taken by another program", _TAKEN)
    if not is_ours:
        return Finding("gateway", False, f"at port {told.port} another gateway runs, which does not know this token", _TAKEN)
    waits = "" if status == "ok" else "It has no policy in force; see the lines below."
    return Finding("gateway", status == "ok", f"this gateway runs at port {told.port} and says {status}", waits)


def _bound(told: GatewayConfig) -> int | None:
    """Why the port cannot be listened on, as the number of the system's error; None when it can."""
    family = socket.AF_INET6 if ":" in told.host else socket.AF_INET
    with socket.socket(family) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((told.host, told.port))
        except OSError as error:
            return error.errno or -1
    return None


def _url(told: GatewayConfig) -> httpx.URL:
    return httpx.URL(scheme="http", host=_EVERYWHERE.get(told.host, told.host), port=told.port)


def _who(http: httpx.Client, token: str) -> tuple[str, bool]:
    """What the gateway that listens says of itself (nothing: it is no gateway), and whether it knows this token."""
    try:
        health = msgspec.json.decode(http.get("/v1/health").content, type=dict[str, str])
        if health.get("service") != "gateway":
            return "", False
        asked = http.post("/v1/bevragingen", headers={"authorization": f"Bearer {token}"})
    except (httpx.HTTPError, msgspec.DecodeError):
        return "", False
    return health.get("status", ""), b"geen-toegang" not in asked.content
