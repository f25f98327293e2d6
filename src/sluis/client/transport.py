"""HTTP to hub, edge and holders: signs each request, tries again when a service is away, raises what a service answered."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from httpx_sse import EventSource, ServerSentEvent, SSEError

from sluis.core import errors
from sluis.wire import clock, problems, signatures, trace

JSON: Final = "application/json"
OCTETS: Final = "application/octet-stream"
TRIES: Final = 3
SILENCE: Final = 45.0
_PAUSE: Final = 0.2


@dataclass(frozen=True, slots=True)
class Transport:
    """Sends signed requests as one party. Every call of the protocol may be sent again: replay is a no-op."""

    http: httpx.Client
    private: Ed25519PrivateKey
    sleep: Callable[[float], None] = time.sleep

    def get(self, url: str) -> bytes:
        """The body of a signed GET. Raises what the service answered, or Unavailable `niet-bereikbaar`."""
        return self._try(signatures.Request("GET", url, JSON, b""))

    def post(self, url: str, body: bytes, *, content_type: str = JSON) -> bytes:
        """The body of the answer to a signed POST. Raises as `get` does."""
        return self._try(signatures.Request("POST", url, content_type, body))

    @contextmanager
    def stream(self, url: str) -> Iterator[Iterator[ServerSentEvent]]:
        """The events of a signed GET, one by one as they come. Raises as `get` does, without trying again.

        Reading raises Unavailable `stroom-afgebroken` when it is cut, or silent for 45 seconds: a heartbeat comes every 15.
        """
        request = signatures.Request("GET", url, JSON, b"")
        headers = self._headers(request)
        try:
            with self.http.stream("GET", url, headers=headers, timeout=httpx.Timeout(10, read=SILENCE)) as answer:
                if not answer.is_success:
                    raise problems.from_problem(answer.status_code, answer.read())
                yield EventSource(answer).iter_sse()
        except (httpx.HTTPError, SSEError) as error:
            raise errors.Unavailable(f"The stream was cut ({type(error).__name__}).", code="stroom-afgebroken") from None

    def _try(self, request: signatures.Request) -> bytes:
        for attempt in range(TRIES - 1):
            try:
                return self._send(request)
            except errors.Unavailable:
                self.sleep(_PAUSE * 2**attempt)
        return self._send(request)

    def _send(self, request: signatures.Request) -> bytes:
        headers = self._headers(request)
        try:
            answer = self.http.request(request.method, request.target_uri, content=request.body, headers=headers)
        except httpx.HTTPError as error:
            host = httpx.URL(request.target_uri).netloc.decode()
            raise errors.Unavailable(f"{host} does not answer ({type(error).__name__}).") from None
        if answer.is_success:
            return answer.content
        raise problems.from_problem(answer.status_code, answer.content)

    def _headers(self, request: signatures.Request) -> dict[str, str]:
        signed = signatures.sign(request, self.private, created=clock.now(), nonce=secrets.token_bytes(16))
        return {**signed, trace.HEADER: trace.current().header()}
