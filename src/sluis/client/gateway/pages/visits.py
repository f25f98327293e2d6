"""One visit to a page: who asks, what was sent, and how the answer is rendered. Pages are plain functions of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from sluis.client.deskbook import Step
from sluis.client.gateway.jobs import Job
from sluis.client.gateway.member import Member
from sluis.client.gateway.pages import shown
from sluis.client.session import Session
from sluis.core import errors
from sluis.core.exchange.policy import Member as Membership
from sluis.core.exchange.policy import Section
from sluis.wire import clock, pages
from sluis.wire.pages import Form, Pages

PACKAGE: Final = "sluis.client.gateway"
PAGES: Final = Pages(PACKAGE, domain="gateway")
Work = TypeVar("Work", bound=Job)


@dataclass(frozen=True, slots=True)
class Visit:
    """A signed-in analyst's request: `who` is the name given at signing in, `form` what was posted."""

    request: Request
    member: Member
    who: str
    form: Form

    @property
    def session(self) -> Session:
        """The member's session in this analyst's hands."""
        return self.member.session.used_by(self.who)

    def circles(self) -> list[tuple[Section, Membership]]:
        """The circles the member is in; none when no policy is in force."""
        try:
            return self.member.circles()
        except errors.SluisError:
            return []

    @property
    def wording(self) -> shown.Shown:
        """How facts are written for this reader."""
        return shown.Shown(pages.language_of(self.request), self.say)

    def number(self, name: str = "number") -> int:
        """A number of the path or the query; 0 when it is none."""
        text = str(self.request.path_params.get(name, self.request.query_params.get(name, "")))
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0

    def say(self, text: str, **facts: object) -> str:
        """`text` in the reader's language, with facts filled in."""
        found = PAGES.translate(self.request, text)
        return found % facts if facts else found

    def job(self, kind: type[Work]) -> Work:
        """The job that the path names. Raises NotFound `onbekend-werk`."""
        found = self.member.jobs.find(str(self.request.path_params["job"]))
        if not isinstance(found, kind):
            raise errors.NotFound("This work is of another page.", code="onbekend-werk")
        return found

    def step(self, what: str, detail: str = "") -> Step:
        """What this analyst does now, for a dossier."""
        return Step(clock.now(), self.who, what, detail)

    def render(self, name: str, *, status: int = 200, **context: object) -> Response:
        """The template in the reader's language, inside the desk."""
        counts = self.session.store.desk.counts()
        frame: dict[str, object] = {"member": self.member.name(), "who": self.who, "todo": counts["nieuw"], "counts": counts}
        circles = self.circles()
        titles = [section.title for section, _member in circles]
        frame["decides"] = any("decide" in member.uses for _section, member in circles)
        frame["due"] = self.session.store.rights.waiting(today=clock.now() // 86_400)
        return PAGES.render(self.request, name, status=status, **frame, titles=titles, shown=self.wording, **context)

    def go(self, address: str) -> Response:
        """On to another page."""
        return pages.see_other(address)


@dataclass(frozen=True, slots=True)
class Way:
    """A page: method, path and what answers it."""

    method: str
    path: str
    answer: Callable[[Visit], Response]
