"""The gateway as a process: `python -m sluis.client.gateway CONFIG`. People type `sluis gateway serve`."""

from __future__ import annotations

import sys
from pathlib import Path

import httpx

from sluis.client import config
from sluis.client.gateway import app
from sluis.client.gateway.webhook import Webhook
from sluis.client.session import Session
from sluis.core import errors
from sluis.wire import asgi, credentials, logs


def main(file: Path) -> None:
    """Serves until SIGTERM. Raises Malformed when the configuration has no gateway part."""
    logs.configure("gateway")
    partner = config.load(file)
    where = partner.config.gateway
    if where is None:
        raise errors.Malformed("The configuration has no [gateway] part with port and token.", code="ontbreekt")
    token = credentials.secret(partner.path(where.token))
    session = partner.session()
    asgi.serve(app.application(session, token=token, webhook=_webhook(partner, session)), host=where.host, port=where.port)


def _webhook(partner: config.Partner, session: Session) -> Webhook | None:
    where = partner.config.gateway
    if where is None or not where.webhook:
        return None
    secret = credentials.secret(partner.path(where.webhook_secret)).decode("ascii")
    return Webhook(where.webhook, secret, session.key.hex(), httpx.Client())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
