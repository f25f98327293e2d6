"""What one or more partners' configurations say of their gateway. Needs nothing but the base installation."""

from __future__ import annotations

import importlib.util
from collections.abc import Hashable, Iterator, Sequence
from typing import Final

from sluis.client.config import DESK_CODE_LENGTH, GatewayConfig, Partner
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.wire import credentials

_NEEDS: Final = ("starlette", "uvicorn", "jinja2", "python_multipart", "openpyxl", "cloudevents", "standardwebhooks")


def where(partners: Sequence[Partner]) -> GatewayConfig:
    """The address they share. Raises Malformed `ontbreekt` for each without a [gateway] part, `leden-gelijk` when two of them
    name the same key, store, token or desk code, or not the same address: then one could see what is the other's.
    """
    faults = tuple(_faults(partners))
    if faults:
        raise errors.Malformed("These partners cannot share a gateway.", code="leden-gelijk", faults=faults)
    return gateway_of(partners[0])


def _faults(partners: Sequence[Partner]) -> Iterator[Fault]:
    seen: set[tuple[str, Hashable]] = set()
    for place, partner in enumerate(partners):
        told = gateway_of(partner)
        own = {"key": partner.config.key, "store": partner.config.store, "gateway.token": told.token}
        own |= {"gateway.desk-code": told.desk_code} if told.desk_code else {}
        for name, file in own.items():
            entry = (name, partner.path(file).resolve())
            if entry in seen:
                yield Fault(f"[{place}].{name}", "leden-gelijk", "Give every member a file of its own.")
            seen.add(entry)
        if (told.host, told.port) != (gateway_of(partners[0]).host, gateway_of(partners[0]).port):
            yield Fault(f"[{place}].gateway.port", "leden-gelijk", "Members of one gateway name the same host and port.")


def gateway_of(partner: Partner) -> GatewayConfig:
    """The part of a configuration that is about its gateway. Raises Malformed `ontbreekt`."""
    if partner.config.gateway is None:
        raise errors.Malformed("The configuration has no [gateway] part with port and token.", code="ontbreekt")
    return partner.config.gateway


def require_extra() -> None:
    """Raises Unavailable `extra-ontbreekt` when something that only the gateway needs is not installed."""
    if any(importlib.util.find_spec(name) is None for name in _NEEDS):
        raise errors.Unavailable("The gateway needs its extra: pip install 'sluis[gateway]'.", code="extra-ontbreekt")


def desk_code(partner: Partner) -> bytes:
    """The code of its desk, empty when it has no pages. Raises as `credentials.secret`, and Malformed `bureaucode-kort`."""
    told = gateway_of(partner)
    if not told.desk_code:
        return b""
    code = credentials.secret(partner.path(told.desk_code)).strip()
    if len(code) < DESK_CODE_LENGTH:
        raise errors.Malformed(f"The desk code has at least {DESK_CODE_LENGTH} signs.", code="bureaucode-kort")
    return code
