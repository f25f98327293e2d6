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
    made = app.application(session, token=token, webhook=_webhook(partner, session), pages=_pages(partner))
    asgi.serve(made, host=where.host, port=where.port)


def _pages(partner: config.Partner) -> app.Desk:
    where = partner.config.gateway
    if where is None or not where.desk_code:
        return app.Desk()
    code = credentials.secret(partner.path(where.desk_code)).strip()
    if len(code) < config.DESK_CODE_LENGTH:
        raise errors.Malformed(f"The desk code has at least {config.DESK_CODE_LENGTH} signs.", code="bureaucode-kort")
    return app.Desk(code, secure=where.host not in config.LOOPBACK)


def _webhook(partner: config.Partner, session: Session) -> Webhook | None:
    where = partner.config.gateway
    if where is None or not where.webhook:
        return None
    secret = credentials.secret(partner.path(where.webhook_secret)).decode("ascii")
    return Webhook(where.webhook, secret, session.key.hex(), httpx.Client())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
