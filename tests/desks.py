"""A desk to test with: the gateway of one member of FakeSluis, signed in or not, and the few answers FakeSluis lacks."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import httpx
import msgspec
from court import Court
from starlette.testclient import TestClient

from sluis.client import publish, testing
from sluis.client.gateway import app
from sluis.client.gateway.member import Member
from sluis.client.session import Matter, Session
from sluis.client.testing import FakeSluis
from sluis.core.exchange import policy
from sluis.core.exchange.envelope import Context
from sluis.core.exchange.policy import Budget
from sluis.core.exchange.rights import FeedbackRequest, WithdrawRequest
from sluis.core.exchange.words import Grade
from sluis.core.identifiers import normalise

CODE = b"een code van het bureau"
IBAN = "NL13TEST0123456789"
CASE = "zaak-20418"
MATTER = Matter(testing.CIRCLE, "zaak-bank", testing.PURPOSE)


class DeskSluis(FakeSluis):
    """FakeSluis that takes feedback, withdrawals, disputes and access, as the hub does."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.heard: list[str] = []
        self.court = Court(self)

    def _route(self, request: httpx.Request, key: bytes) -> bytes:
        if request.url.path == "/v1/terugkoppelingen":
            self.heard.append(msgspec.json.decode(request.content, type=FeedbackRequest).measure)
            return msgspec.json.encode({"signals": 1})
        if request.url.path.endswith("/intrekkingen"):
            body = msgspec.json.decode(request.content, type=WithdrawRequest)
            gone = set(body.signals)
            self._signals = {place: one for place, one in self._signals.items() if one.header.signal_id not in gone}
            return msgspec.json.encode({"signals": [{"id": one, "state": "withdrawn"} for one in body.signals]})
        if request.url.path.startswith(("/v1/betwistingen", "/v1/inzagen")):
            return msgspec.json.encode(self.court.answer(request, key))
        return super()._route(request, key)


def watching(fake: FakeSluis) -> policy.Section:
    """The usual circle, in which everybody may watch."""
    plain, budget = fake.section(), Budget(minute=10_000, day=10_000, year=100_000)
    members = tuple(
        msgspec.structs.replace(one, uses=(*one.uses, "watch"), budgets={**one.budgets, "watch": budget})
        for one in plain.members
    )
    return msgspec.structs.replace(
        plain, members=members, assessment=msgspec.structs.replace(plain.assessment, grants=("watch",))
    )


class Desk:
    """The pages of `name`'s gateway. `page` and `send` answer the text of the page one ends at."""

    def __init__(self, fake: FakeSluis, name: str = "shop", *, store: str = ":memory:") -> None:
        self.fake, self.session = fake, fake.session(name, store=store)
        self.client = self.browser()

    def browser(self, *, secure: bool = False) -> TestClient:
        made = app.application(Member.of(self.session, token=b"token", desk_code=CODE), secure=secure)
        return TestClient(made, base_url="https://127.0.0.1" if secure else "http://127.0.0.1")

    def sign_in(self, name: str = "Anna", code: bytes = CODE, **more: str) -> httpx.Response:
        return self.client.post("/inloggen", data={"naam": name, "code": code.decode(), **more})

    def page(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.text

    def send(self, path: str, status: int = 200, files: Mapping[str, Any] | None = None, **fields: Any) -> httpx.Response:
        answer = self.client.post(path, data=fields, files=files)
        assert answer.status_code == status, (path, answer.status_code, answer.text)
        return answer

    def check(self, text: str = IBAN, status: int = 200, **more: Any) -> httpx.Response:
        given = {"kenmerk": text, "zaak": CASE, "doel": f"{testing.CIRCLE}|0", "soort": "herken"}
        return self.send("/bevragen", status, **{**given, **more})

    def finished(self, answer: httpx.Response, seconds: float = 60) -> str:
        """Starts the job whose preview this is, and waits until its page says that it is over."""
        path = answer.url.path
        self.send(path, **({"bevestigd": "ja"} if "/delen/" in path else {}))
        for _ in range(int(seconds * 20)):
            text = self.page(path)
            if "data-volg" not in text:
                return text
            time.sleep(0.05)
        raise AssertionError("the job does not end")


def share(session: Session, *texts: str, kind: str = "iban") -> None:
    """Another partner shares these."""
    drafts = [publish.Draft(normalise.parse(kind, text), Context("AVF.AANKOOP"), Grade.B) for text in texts or (IBAN,)]
    publish.publish(session, drafts, matter=MATTER)


def ibans(amount: int) -> list[str]:
    """Invented accounts of a bank that does not exist."""
    return [_iban(f"{number:010d}") for number in range(1, amount + 1)]


def _iban(account: str) -> str:
    digits = "".join(str(int(sign, 36)) for sign in f"TEST{account}NL00")
    return f"NL{98 - int(digits) % 97:02d}TEST{account}"
