"""Signing in: a name of one's own and the code of the desk. Wrong codes cost ever more time; a session lasts eight hours."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from sluis.client.gateway.member import Member
from sluis.client.gateway.pages.visits import PAGES
from sluis.wire import clock, pages
from sluis.wire.pages import Form

LASTS: Final = 8 * 3_600
FREE_TRIES: Final = 5
FIRST_WAIT: Final = 30
LONGEST_WAIT: Final = 900
NAME_LENGTH: Final = 60
WHEN_OVER: Final = "/inloggen"


@dataclass(frozen=True, slots=True)
class Doorway:
    """Where analysts come in: the members with a desk code. `secure` when pages travel further than this machine."""

    members: Sequence[Member]
    secure: bool = False

    @property
    def cookie(self) -> str:
        """The cookie's name; browsers tell gateways on other ports of one machine apart by nothing else."""
        return f"sluis-bureau-{self.members[0].slug}"

    def visitor(self, request: Request) -> tuple[Member, str] | None:
        """Who asks, and at which member's desk; None for who is not signed in."""
        token = request.cookies.get(self.cookie, "")
        for member in self.members if token else ():
            who = member.session.store.desk.visitor(_bound(token, member), now=clock.now())
            if who is not None:
                return member, who
        return None

    def show(self, request: Request) -> Response:
        """The form."""
        return self._page(request, Form({"next": (request.query_params.get("next", "/"),)}), {})

    def sign_in(self, request: Request, form: Form) -> Response:
        """Signs in, or says what is wrong beside the field."""
        member, name = self._member(form["lid"]), " ".join(form["naam"].split())[:NAME_LENGTH]
        wait = waiting(member, now=clock.now())
        if wait:
            return self._page(request, form, {"code": "wacht"}, wait=wait)
        faults = {} if name and name.isprintable() else {"naam": "naam-ontbreekt"}
        if not matches(form["code"], member.desk_code):
            member.session.store.desk.note_wrong(now=clock.now())
            faults["code"] = "code-onjuist"
        if faults:
            return self._page(request, form, faults, wait=waiting(member, now=clock.now()))
        return self._welcome(member, name, pages.local(form.get("next", "/")))

    def sign_out(self, request: Request) -> Response:
        """Ends the session here and in the browser."""
        found = self.visitor(request)
        if found:
            found[0].session.store.desk.close_visit(_bound(request.cookies[self.cookie], found[0]))
        answer = pages.see_other(WHEN_OVER)
        answer.delete_cookie(self.cookie, httponly=True, samesite="strict", secure=self.secure)
        return answer

    def _welcome(self, member: Member, name: str, address: str) -> Response:
        token, now = secrets.token_urlsafe(32), clock.now()
        member.session.store.desk.open_visit(_bound(token, member), name, now=now, until=now + LASTS)
        answer = pages.see_other(address)
        answer.set_cookie(self.cookie, token, max_age=LASTS, httponly=True, samesite="strict", secure=self.secure)
        return answer

    def _member(self, slug: str) -> Member:
        return next((one for one in self.members if one.slug == slug), self.members[0])

    def _page(self, request: Request, form: Form, faults: dict[str, str], *, wait: int = 0) -> Response:
        choices = [(one.slug, one.name()) for one in self.members]
        status = 429 if wait else 422 if faults else 200
        return PAGES.render(request, "signin.html", status=status, form=form, faults=faults, wait=wait, choices=choices)


def _bound(token: str, member: Member) -> bytes:
    """What a session is kept by: it ends when the desk gets another code, as when somebody left."""
    return token.encode() + member.desk_code


def matches(given: str, code: bytes) -> bool:
    """Whether the code given is the desk's, in a time that says nothing."""
    digests = (hashlib.sha256(one).digest() for one in (given.strip().encode(), code))
    return secrets.compare_digest(*digests) and bool(code)


def waiting(member: Member, *, now: int) -> int:
    """Seconds until the next try: none for the first five wrong codes, then half a minute that doubles up to fifteen."""
    amount, last = member.session.store.desk.wrong_codes()
    if amount < FREE_TRIES:
        return 0
    doubled = FIRST_WAIT << min(amount - FREE_TRIES, 10)
    return max(0, last + min(LONGEST_WAIT, doubled) - now)
