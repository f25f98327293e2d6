"""A koppelpunt to practise with, before any agreement: knooppunt, holders and other partners in memory, all of it invented.

The cryptography, both gates and the pages are the real ones; nothing leaves the process, and nothing stays when it ends. People
type `sluis sandbox`.
"""

from __future__ import annotations

import secrets
import sys
from typing import Final

import httpx
import msgspec

from sluis.client import publish
from sluis.client.gateway import app
from sluis.client.gateway.member import Member
from sluis.client.gateway.upkeep import Upkeep
from sluis.client.session import Matter
from sluis.client.testing import CIRCLE, PURPOSE, FakeSluis
from sluis.core.exchange.envelope import Context
from sluis.core.exchange.rights import FeedbackRequest, WithdrawRequest
from sluis.core.exchange.words import Advice, Grade
from sluis.core.identifiers import normalise
from sluis.wire import asgi, logs

HOST: Final = "127.0.0.1"
OWN, OTHERS = "uw-organisatie", ("oefenbank", "oefenwinkel")
# Accounts of a bank that does not exist: known to one other, to two others, and to nobody.
KNOWN, KNOWN_TWICE, UNKNOWN = "NL13TEST0123456789", "NL73TEST0000000123", "NL06TEST0000000456"
_FORM: Final = Context("AVF.AANKOOP.WEBWINKEL")


class Sandbox(FakeSluis):
    """FakeSluis that also takes feedback and withdrawals, as the knooppunt does."""

    def __init__(self) -> None:
        super().__init__(members=(OWN, *OTHERS))
        for name, known in zip(OTHERS, ((KNOWN, KNOWN_TWICE), (KNOWN_TWICE,)), strict=True):
            drafts = [publish.Draft(normalise.parse("iban", one), _FORM, Grade.B, Advice.HOLD) for one in known]
            publish.publish(self.session(name), drafts, matter=Matter(CIRCLE, "oefenzaak", PURPOSE))

    def _route(self, request: httpx.Request, key: bytes) -> bytes:
        if request.url.path == "/v1/terugkoppelingen":
            msgspec.json.decode(request.content, type=FeedbackRequest)
            return msgspec.json.encode({"signals": 1})
        if request.url.path.endswith("/intrekkingen"):
            return self._withdraw(msgspec.json.decode(request.content, type=WithdrawRequest))
        return super()._route(request, key)

    def _withdraw(self, asked: WithdrawRequest) -> bytes:
        self._signals = {place: one for place, one in self._signals.items() if one.header.signal_id not in set(asked.signals)}
        return msgspec.json.encode({"signals": [{"id": one, "state": "withdrawn"} for one in asked.signals]})


class _Still(Upkeep):
    """Nothing runs beside the pages: the sandbox has no streams to follow."""

    def start(self) -> None:
        """Starts nothing."""


def member(code: bytes, *, token: bytes) -> Member:
    """The practising partner, with a desk code and a token for its systems."""
    session = Sandbox().session(OWN)
    return Member(session, token, _Still(session), code)


def told(port: int, code: str, token: str) -> str:
    """What somebody needs to begin, in words."""
    return f"""Your sandbox is at http://{HOST}:{port}/ until you stop it (Ctrl-C). Everything in it is invented.

  sign in    any name, desk code {code}
  check      {KNOWN}  one other knows it
             {KNOWN_TWICE}  two others know it
             {UNKNOWN}  nobody knows it
  by program  POST http://{HOST}:{port}/v1/bevragingen with "Authorization: Bearer {token}";
             the calls are at http://{HOST}:{port}/v1/openapi.json

A hit is never proof. Nothing leaves this process, and nothing is kept when it ends."""


def main(port: int) -> None:
    """Serves the sandbox until SIGTERM or Ctrl-C."""
    logs.configure("sandbox")
    code, token = secrets.token_hex(8), secrets.token_urlsafe(24)
    served = app.application(member(code.encode(), token=token.encode()))
    sys.stdout.write(told(port, code, token) + "\n")
    sys.stdout.flush()
    asgi.serve(served, host=HOST, port=port)


if __name__ == "__main__":
    main(int(sys.argv[1]))
