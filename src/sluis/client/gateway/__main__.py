"""The gateway as a process: `python -m sluis.client.gateway CONFIG`. People type `sluis gateway serve`."""

from __future__ import annotations

import sys
from pathlib import Path

from sluis.client import config
from sluis.client.gateway import app
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
    asgi.serve(app.application(partner.session(), token=token), host=where.host, port=where.port)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
