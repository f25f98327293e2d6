"""Web addresses by the WHATWG URL Standard, without fragment, user name and password."""

from __future__ import annotations

import ada_url

from sluis.core import errors
from sluis.core.identifiers import domain, spelling
from sluis.core.identifiers.kinds import Identifier, IdentifierType

_SCHEMES = ("http:", "https:")


def parse(text: str) -> Identifier:
    """The address in `text` as the URL Standard writes it; a host that is a name is a canonical domain.

    Raises Malformed: `url-leeg`, `url-onleesbaar`, `url-schema` (only http and https), and what a domain is refused for.
    """
    trimmed = spelling.trimmed(text)
    if not trimmed:
        raise errors.Malformed("There is no web address here.", code="url-leeg")
    found = _read(trimmed)
    found.hash = found.username = found.password = ""
    return Identifier(IdentifierType.URL, found.href)


def path(value: str) -> str:
    """Scheme, host, port when it is not the usual one, and path of a canonical URL: no query."""
    return value.partition("?")[0]


def host(value: str) -> str:
    """The host of a canonical URL: a domain, an IPv4 address, or an IPv6 address in brackets."""
    return ada_url.URL(value).hostname


def is_ipv4(value: str) -> bool:
    """Whether the host of a canonical URL is an IPv4 address."""
    return ada_url.URL(value).host_type == ada_url.HostType.IPV4


def is_front_page(value: str) -> bool:
    """Whether a canonical URL names a site and nothing on it."""
    found = ada_url.URL(value)
    return found.pathname == "/" and not found.search


def _read(text: str) -> ada_url.URL:
    try:
        found = ada_url.URL(text)
    except ValueError:
        raise errors.Malformed("This is no web address; start with https:// or http://.", code="url-onleesbaar") from None
    if found.protocol not in _SCHEMES:
        raise errors.Malformed("Only addresses with http and https are read.", code="url-schema")
    if found.host_type == ada_url.HostType.DEFAULT:
        found.hostname = domain.canonical(found.hostname)
    return found
