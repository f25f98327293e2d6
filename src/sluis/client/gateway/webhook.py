"""Alerts and messages of groups to a partner's own system: CloudEvents 1.0 (NL GOV profile), signed by Standard Webhooks 1.0.

What is sent names the partner's own reference, never the identifier. Again the same event is the same id.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import httpx
from cloudevents.v1.conversion import to_structured
from cloudevents.v1.http import CloudEvent
from standardwebhooks import Webhook as Signer

from sluis.client.casebook import Alert
from sluis.core import errors
from sluis.core.exchange.groups import Message
from sluis.core.law.adverse import HUMAN_MUST_DECIDE
from sluis.wire import clock

TIMEOUT: Final = 10.0


@dataclass(frozen=True, slots=True, repr=False)
class Webhook:
    """Where alerts go, and the secret (`whsec_` and base64) they are signed with; `key` is the partner's public key in
    hexadecimal, for `source`."""

    url: str
    secret: str
    key: str
    http: httpx.Client

    def deliver(self, alert: Alert) -> None:
        """Sends one alert; a 2xx answer is delivery. Raises Unavailable `webhook-mislukt`: it is tried again."""
        self._send(self._event(alert, self._identity(str(alert.number))))

    def deliver_message(self, message: Message) -> None:
        """Sends that there is something in a closed group: its kind and its address, no word of it. Raises as `deliver`."""
        identity = self._identity(f"groepen/{message.sequence}")
        told = {"link": message.link}
        self._send(CloudEvent(self._attributes(f"groep.{message.kind}", identity, at=message.time), told))

    def _identity(self, what: str) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.source}/{what}"))

    def _send(self, event: CloudEvent) -> None:
        identity, now = event["id"], datetime.fromtimestamp(clock.now(), UTC)
        headers, body = to_structured(event)
        signed = Signer(self.secret).sign(identity, now, body.decode())
        headers |= {"webhook-id": identity, "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signed}
        try:
            answer = self.http.post(self.url, content=body, headers=headers, timeout=TIMEOUT)
        except httpx.HTTPError as error:
            raise errors.Unavailable(f"The webhook does not answer ({type(error).__name__}).", code="webhook-mislukt") from None
        if not answer.is_success:
            raise errors.Unavailable(f"The webhook answered {answer.status_code}.", code="webhook-mislukt")

    @property
    def source(self) -> str:
        """The URN of this koppelpunt, as the profile wants a source."""
        return f"urn:nld:sluis:sleutel:{self.key}:systeem:koppelpunt"

    def _event(self, alert: Alert, identity: str) -> CloudEvent:
        followed = alert.followed
        told = {"circle": followed.circle, "reference": followed.reference, "type": followed.type, "note": alert.note}
        hit = {name: getattr(alert, name) for name in ("others", "grade", "advice", "form", "seen")} | {
            "human_must_decide": HUMAN_MUST_DECIDE
        }
        return CloudEvent(self._attributes(alert.kind, identity, at=alert.time), told | (hit if alert.others else {}))

    def _attributes(self, kind: str, identity: str, *, at: int) -> dict[str, str]:
        return {
            "id": identity,
            "source": self.source,
            "type": f"nl.sluis.{kind}",
            "time": datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z"),
            "datacontenttype": "application/json",
        }
