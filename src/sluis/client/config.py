"""A partner's configuration: one TOML file, every fault told at once."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import msgspec

from sluis.client.directory import Directory, Source
from sluis.client.persons import Controller
from sluis.client.proof import OverHttp, Way, Ways
from sluis.client.session import Matter, Session
from sluis.client.store import Store
from sluis.client.transport import Transport
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.core.exchange import documents
from sluis.wire import credentials

VARIABLE: Final = "SLUIS_CONFIG"
TIMEOUT: Final = 10.0
DESK_CODE_LENGTH: Final = 12
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class GatewayConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """Where the gateway listens (loopback unless you say otherwise) and the credential file with its access token.

    `desk_code` is the credential file with the code that analysts sign in with; without it there are no pages.
    `webhook` is where alerts go, `webhook-secret` the credential file with the secret (`whsec_...`) they are signed with.
    """

    port: int
    token: str
    host: str = "127.0.0.1"
    desk_code: str = ""
    webhook: str = ""
    webhook_secret: str = ""


class RightsConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What letters to persons say, and who carries a code to them.

    `controller` is the name (none: the member's), `contact` how to reach it. `proof` is the address of the partner's own
    service that carries codes, `proof-token` the credential file with its token, `ways` what it can do.
    """

    controller: str = ""
    contact: str = ""
    proof: str = ""
    proof_token: str = ""
    ways: tuple[Way, ...] = ()


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """Addresses of web and edge, the credential file with the member's key, the store, the three pinned policy keys.

    `circle`, `case`, `purpose` and `region` (where telephone numbers without `+` are from) are the defaults of the commands.
    Relative paths start at the file's own folder.
    """

    web: str
    edge: str
    key: str
    store: str
    policy_keys: tuple[str, ...]
    circle: str = ""
    case: str = ""
    purpose: str = ""
    region: str = ""
    gateway: GatewayConfig | None = None
    rights: RightsConfig = RightsConfig()


def default_file() -> Path:
    """`SLUIS_CONFIG`, or `~/.config/sluis/sluis.toml`."""
    return Path(os.environ.get(VARIABLE) or Path.home() / ".config" / "sluis" / "sluis.toml")


@dataclass(frozen=True, slots=True)
class Partner:
    """A configuration that was read, and the folder its relative paths start at."""

    config: Config
    folder: Path

    def path(self, name: str) -> Path:
        """A path of the configuration, from its own folder."""
        return self.folder / name

    def session(self) -> Session:
        """A session as this partner. Raises Unavailable when the key's credential file is missing, open to others or wrong."""
        private = credentials.signing_key(self.path(self.config.key))
        transport = Transport(httpx.Client(timeout=TIMEOUT), private)
        store = Store(self.path(self.config.store), private)
        pinned = frozenset(bytes.fromhex(key) for key in self.config.policy_keys)
        directory = Directory(transport, Source(self.config.web.rstrip("/"), pinned), store)
        web, edge = self.config.web.rstrip("/"), self.config.edge.rstrip("/")
        return Session(transport, directory, store, web, edge, documents.public_key(private), region=self.config.region)

    def controller(self) -> Controller:
        """Who answers persons, with the ways of proof it has. Raises Unavailable as `credentials.secret`."""
        told = self.config.rights
        if not told.ways:
            return Controller(told.controller, told.contact)
        token = credentials.secret(self.path(told.proof_token)).decode("ascii").strip()
        carrier = OverHttp(told.proof.rstrip("/"), token)
        carried = (carrier if name in told.ways else None for name in ("smscode", "eencent", "eigen-account"))
        return Controller(told.controller, told.contact, ways=Ways(*carried))

    def matter(self, *, circle: str = "", case: str = "", purpose: str = "") -> Matter:
        """What is asked for, with the configuration's defaults. Raises Malformed with each part that is missing."""
        given = {
            "circle": circle or self.config.circle,
            "case": case or self.config.case,
            "purpose": purpose or self.config.purpose,
        }
        faults = tuple(
            Fault(name, "ontbreekt", f"Give --{name}, or set {name} in the configuration.")
            for name, value in given.items()
            if not value.strip()
        )
        if faults:
            raise errors.Malformed("Something needed is missing.", code="ontbreekt", faults=faults)
        return Matter(**given)


def load(file: Path) -> Partner:
    """The configuration in `file`. Raises Malformed `instelling-onjuist` with every fault, Unavailable when there is none."""
    try:
        read = tomllib.loads(file.read_text("utf-8"))
    except OSError:
        raise errors.Unavailable(f"There is no configuration at {file.name}.", code="geen-instellingen") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise errors.Malformed(f"The configuration is no TOML: {error}", code="instelling-onjuist") from None
    faults = tuple(_faults(read))
    if faults:
        raise errors.Malformed("The configuration does not hold.", code="instelling-onjuist", faults=faults)
    try:
        return Partner(msgspec.convert(read, Config), file.resolve().parent)
    except msgspec.ValidationError as error:
        raise errors.Malformed(f"The configuration does not hold: {error}", code="instelling-onjuist") from None


def _faults(read: dict[str, Any]) -> Iterator[Fault]:
    for name in ("web", "edge", "key", "store", "policy-keys"):
        if not read.get(name):
            yield Fault(name, "ontbreekt", f"Set {name}; see docs/reference/settings.md.")
    gateway = _table(read, "gateway")
    if gateway.get("webhook") and not gateway.get("webhook-secret"):
        yield Fault("gateway.webhook-secret", "ontbreekt", "Name the credential file that alerts are signed with.")
    rights = _table(read, "rights")
    if rights.get("ways"):
        missing = (name for name in ("proof", "proof-token") if not rights.get(name))
        yield from (
            Fault(f"rights.{one}", "ontbreekt", "Name the service that carries codes, and its token.") for one in missing
        )
    addresses = {"web": read.get("web"), "edge": read.get("edge"), "gateway.webhook": gateway.get("webhook")}
    addresses["rights.proof"] = rights.get("proof")
    for name, given in addresses.items():
        address = str(given or "")
        if address and not address.startswith(("https://", "http://127.0.0.1", "http://localhost", "http://[::1]")):
            yield Fault(name, "adres", "Use https://; plain http is for loopback only.")
    keys = read.get("policy-keys")
    if keys and (not isinstance(keys, list) or len(set(map(str, keys))) != 3 or not all(map(_is_key, keys))):
        yield Fault("policy-keys", "sleutels", "Give the three different policy keys, 64 hexadecimal digits each.")


def _table(read: dict[str, Any], name: str) -> dict[str, Any]:
    found = read.get(name)
    return found if isinstance(found, dict) else {}


def _is_key(text: object) -> bool:
    try:
        return isinstance(text, str) and len(bytes.fromhex(text)) == 32
    except ValueError:
        return False
