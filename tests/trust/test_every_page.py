"""Every page of the hub, asked for and posted to by everybody who must not read what is planted.

The pages are those that the addresses name, so that one built later is attacked too: an address that holds a name without a
sample fails here. What counts as failure: a marker in an answer's body or headers to somebody who may not read it, an error
of the server, or a change in what is confidential.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver
from planted import APPLICATION, CASEFILE, CIRCLE, EVERYBODY, GUEST, ITEM, QUESTION, SOME, Actor, Planted

from sluis.apps.partners.selectors import Role
from sluis.plumbing import viewing

MACHINES = ("api", "access")
# The desk of administrators has attacks of its own; signing in with a passkey is a library's, which knows no word of ours.
ELSEWHERE = ("admin", "otp_webauthn")
# These end or change the session of whoever attacks, and show nothing.
LEAVING = {"partners:sign-out", "partners:choose-organisation"}
MARKERS = (ITEM, CASEFILE, QUESTION, CIRCLE, APPLICATION)
# Pages on which a marker stands for somebody who may read it.
READABLE = (
    (ITEM, Actor("shop", Role.PRIVACY_OFFICER), "consent:show-item"),
    (ITEM, Actor("shop", Role.PRIVACY_OFFICER), "casework:show-inventory"),
    (ITEM, Actor("shop", Role.OBSERVER), "casework:show-entry"),
    (CASEFILE, Actor("shop", Role.OBSERVER), "casework:show-case"),
    (CASEFILE, Actor("shop", Role.OBSERVER), "casework:list-cases"),
    (CASEFILE, Actor("", GUEST), "casework:show-advice"),
    (QUESTION, Actor("bank", Role.OBSERVER), "casework:show-question"),
    (QUESTION, Actor("bank", Role.ANALYST), "casework:show-desk"),
    (CIRCLE, Actor("bank", Role.PRIVACY_OFFICER), "exchange:show-assessment"),
    (CIRCLE, Actor("bank", Role.PRIVACY_OFFICER), "privacy:show-necessity"),
    (APPLICATION, Actor("other", Role.PROGRAMME_OFFICE), "partners:show-application"),
)
PART = re.compile(r"<(?:\w+:)?(\w+)>")


def pages(resolver: URLResolver, before: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """(name, address with blanks) of every page."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from pages(one, before + str(one.pattern), one.namespace or space)
        elif isinstance(one, URLPattern) and space not in (*MACHINES, *ELSEWHERE):
            yield f"{space}:{one.name}", before + str(one.pattern)


PAGES = dict(pages(get_resolver()))


def filled(address: str, samples: dict[str, Any]) -> str:
    return "/" + PART.sub(lambda found: str(samples[found[1]]), address)


def told(answer: HttpResponse) -> str:
    body = b"".join(answer) if answer.streaming else answer.content
    return body.decode(errors="replace") + str(answer.headers)


def test_every_blank_of_an_address_has_a_sample(planted: Planted) -> None:
    assert len(PAGES) > 50
    blanks = {blank for address in PAGES.values() for blank in PART.findall(address)}
    assert blanks - planted.samples.keys() == set(), "plant something under these names in tests/trust/planted.py"


@pytest.mark.parametrize(("marker", "actor", "name"), READABLE)
def test_who_may_read_does_read(planted: Planted, marker: str, actor: Actor, name: str) -> None:
    assert marker in told(planted.client(actor).get(filled(PAGES[name], planted.samples)))


def named(actor: Actor) -> str:
    return f"{actor.role or 'nobody'}-{actor.party}"


@pytest.mark.parametrize("actor", SOME, ids=named)
def test_nobody_else_reads_or_changes_anything_on_any_page(planted: Planted, actor: Actor) -> None:
    attack(planted, actor)


@pytest.mark.slow
@pytest.mark.parametrize("party", ["telecom", "shop", "bank", "other"])
def test_no_other_role_of_any_partner_does_either(planted: Planted, party: str) -> None:
    # Members of the group come last: what they do to their own group is theirs to do.
    for actor in sorted(EVERYBODY, key=lambda one: ITEM in one.may_read()):
        if actor.party == party:
            attack(planted, actor)


def attack(planted: Planted, actor: Actor) -> None:
    hidden, client = set(MARKERS) - actor.may_read(), planted.client(actor)
    before = confidential(planted) if ITEM in hidden else {}
    wrong = []
    for name, address in PAGES.items():
        path = filled(address, planted.samples)
        answers = [client.get(path, {"q": "a"})]
        answers += [] if name in LEAVING else [client.post(path, {})]
        wrong += [(name, marker) for answer in answers for marker in hidden if marker in told(answer)]
        wrong += [(name, answer.status_code) for answer in answers if answer.status_code >= 500]
    assert wrong == []
    assert bool(actor.role) == (SESSION_KEY in client.session)
    if ITEM in hidden:
        assert confidential(planted) == before


def confidential(planted: Planted) -> dict[str, tuple[int, str]]:
    """Rows and a digest of each confidential table, as the bank may see them; the group's own are among those."""
    with viewing.as_organisation(planted.house.party("bank")), connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE tablename ~ '^(consent|casework|exchange_pilot)'")
        found = {name: counted(cursor, name) for (name,) in cursor.fetchall()}
    assert sum(rows for rows, _digest in found.values()) > 8
    return found


def counted(cursor: Any, table: str) -> tuple[int, str]:
    cursor.execute(f"SELECT count(*), md5(string_agg(one::text, '' ORDER BY one::text)) FROM {table} one")
    rows, digest = cursor.fetchone()
    return int(rows), str(digest)
