"""For programs of a partner: the local API of its own gateway, as Python calls that return records or a DataFrame.

gateway = Gateway("http://127.0.0.1:8405", token)
about = About("proeftuin", case="ORD-1", purpose="fraude-voorkomen", type="iban")
hits = gateway.check(about, ["NL13TEST0123456789"]).frame()
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

import httpx
import msgspec
from httpx_sse import EventSource, SSEError

from sluis.client.gateway import desk
from sluis.core import errors
from sluis.core.exchange.bodies import Level
from sluis.core.exchange.rights import Measure
from sluis.core.law.adverse import Review
from sluis.wire import openapi, problems

if TYPE_CHECKING:
    import pandas as pd

TIMEOUT: Final = 120.0
SILENCE: Final = 45.0
Record = TypeVar("Record", bound=msgspec.Struct)
Answer = TypeVar("Answer", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class About:
    """Why and where: circle by name, own case, purpose in the circle's words, type of the identifiers.

    `region` (ISO 3166) is where telephone numbers without `+` are from; empty is what the gateway is set to.
    """

    circle: str
    case: str
    purpose: str
    type: str
    region: str = ""


class Records(tuple[Record, ...]):
    """Answers in the order asked. `frame()` gives the same as a table."""

    __slots__ = ()

    def frame(self) -> pd.DataFrame:
        """A row per record; what a record holds in parts stands in columns `part.name`.

        Raises Unavailable `extra-ontbreekt` without pandas (the extra `frames`).
        """
        try:
            import pandas as pd  # noqa: PLC0415 - an extra that most partners do without
        except ImportError:
            raise errors.Unavailable("Install sluis[frames] for tables.", code="extra-ontbreekt") from None
        return pd.json_normalize([msgspec.to_builtins(one) for one in self])


class Gateway:
    """One's own gateway at `url`, with its token. Usable from any thread. Every call raises what the gateway answered as the
    same class of `core.errors` (all faults at once), or Unavailable `niet-bereikbaar`.
    """

    def __init__(self, url: str, token: str, *, http: httpx.Client | None = None) -> None:
        self._url, self._http = url.rstrip("/"), http or httpx.Client(timeout=TIMEOUT)
        self._headers = {"authorization": f"Bearer {token}"}

    def health(self) -> openapi.Health:
        """`ok` with a policy in force, else `closed`."""
        return self._call("health", None, openapi.Health)

    def check(self, about: About, identifiers: Sequence[str]) -> Records[desk.CheckItem]:
        """Checks any number of identifiers, 5,000 a call; a hit is never proof."""
        return Records(
            one
            for part in _parts(identifiers, desk.MAX_CHECKS)
            for one in self._post("bevragingen", {**asdict(about), "identifiers": part}, desk.CheckAnswer).results
        )

    def share(self, about: About, items: Sequence[desk.ShareItem]) -> Records[desk.SharedItem]:
        """Shares any number of signals, 1,000 a call: an error leaves the calls before it done."""
        return Records(
            one
            for part in _parts(items, 1_000)
            for one in self._post("signalen", {**asdict(about), "items": part}, desk.SharedAnswer).signals
        )

    def disclose(self, about: About, identifier: str, *, level: Level = "context") -> desk.DiscloseAnswer:
        """Asks for what stands behind a hit. Raises NotFound `geen-treffer`, NotPermitted with reason and articles."""
        return self._post("verstrekkingen", {**asdict(about), "identifier": identifier, "level": level}, desk.DiscloseAnswer)

    def watch(self, about: About, items: Sequence[desk.WatchItem]) -> int:
        """Watches identifiers of customers or payees; how many readings of them are watched."""
        return self._post("bewakingen", {**asdict(about), "items": items}, desk.WatchAnswer).watched

    def feedback(self, about: About, identifier: str, measure: Measure, *, review: Review | None = None) -> int:
        """Says what an earlier hit led to; behind how many signals that is told.

        An adverse measure comes with its review by a person. Raises NotPermitted `geen-menselijke-toets`, NotFound.
        """
        body = {**asdict(about), "identifier": identifier, "measure": measure, "review": review}
        return self._post("terugkoppelingen", body, desk.FeedbackAnswer).signals

    def alerts(self, *, after: int = 0) -> Iterator[desk.Alarm]:
        """Alerts behind number `after`, then each as it comes; does not end by itself.

        Raises Unavailable `stroom-afgebroken` when it is cut or silent for 45 s: go on from the last number.
        """
        where, timeout = f"{self._url}/v1/alarmen?vanaf={after}", httpx.Timeout(10, read=SILENCE)
        try:
            with self._http.stream("GET", where, headers=self._headers, timeout=timeout) as answer:
                if not answer.is_success:
                    raise problems.from_problem(answer.status_code, answer.read())
                events = EventSource(answer).iter_sse()
                yield from (msgspec.json.decode(one.data, type=desk.Alarm) for one in events if one.event == "alarm")
        except (httpx.HTTPError, SSEError) as error:
            raise errors.Unavailable(f"The stream was cut ({type(error).__name__}).", code="stroom-afgebroken") from None

    def _post(self, path: str, body: dict[str, Any], kind: type[Answer]) -> Answer:
        return self._call(path, msgspec.json.encode(body), kind)

    def _call(self, path: str, body: bytes | None, kind: type[Answer]) -> Answer:
        method = "GET" if body is None else "POST"
        headers = {**self._headers, "content-type": "application/json"}
        try:
            answer = self._http.request(method, f"{self._url}/v1/{path}", content=body, headers=headers)
        except httpx.HTTPError as error:
            raise errors.Unavailable(f"The gateway does not answer ({type(error).__name__}).") from None
        if not answer.is_success:
            raise problems.from_problem(answer.status_code, answer.content)
        return msgspec.json.decode(answer.content, type=kind)


def _parts(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    every = iter(items)
    while part := list(itertools.islice(every, size)):
        yield part
