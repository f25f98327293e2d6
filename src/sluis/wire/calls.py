"""Signed requests of a long-running service to another one; what it answers is raised when it is a problem."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sluis.core import errors
from sluis.wire import clock, problems, signatures, trace

_JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Caller:
    """Sends as one party to the service at `base_url`."""

    http: httpx.AsyncClient
    private: Ed25519PrivateKey
    base_url: str

    async def get(self, path: str) -> bytes:
        """The body of a signed GET. Raises what the service answered, or Unavailable `niet-bereikbaar`."""
        return await self._send("GET", path, b"")

    async def post(self, path: str, body: bytes) -> bytes:
        """The body of the answer to a signed POST of JSON. Raises as `get` does."""
        return await self._send("POST", path, body)

    async def _send(self, method: str, path: str, body: bytes) -> bytes:
        request = signatures.Request(method, self.base_url + path, _JSON, body)
        headers = signatures.sign(request, self.private, created=clock.now(), nonce=os.urandom(signatures.NONCE_OCTETS))
        try:
            sent = {**headers, trace.HEADER: trace.current().header()}
            answer = await self.http.request(method, request.target_uri, content=body, headers=sent)
        except httpx.HTTPError as error:
            raise errors.Unavailable(f"The service does not answer ({type(error).__name__}).") from None
        if answer.is_success:
            return answer.content
        raise problems.from_problem(answer.status_code, answer.content)
