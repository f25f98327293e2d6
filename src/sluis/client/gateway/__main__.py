"""The gateway as a process: `python -m sluis.client.gateway CONFIG...`. People type `sluis gateway serve`."""

from __future__ import annotations

import sys
from pathlib import Path

from sluis.client import config
from sluis.client.gateway import address, app, members
from sluis.wire import asgi, logs


def main(*files: Path) -> None:
    """Serves one member a file until SIGTERM. Raises as `address.where` and `members.opened`."""
    logs.configure("gateway")
    partners = [config.load(file) for file in files]
    where = address.where(partners)
    served = app.application(*members.opened(partners), secure=where.host not in config.LOOPBACK)
    asgi.serve(served, host=where.host, port=where.port)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
