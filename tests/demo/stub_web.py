"""The hub's part of a demo without the hub: policy, and one ceremony. In its own process, on the demo's port."""

from __future__ import annotations

import sys
from pathlib import Path

from hub_stub import HubStub
from starlette.requests import Request
from starlette.responses import Response

from sluis.demo.authority import Authority
from sluis.demo.layout import HOST, Layout
from sluis.wire import asgi


class Web(HubStub):
    """Closes the ceremony as soon as three holders confirmed."""

    def __init__(self, layout: Layout) -> None:
        super().__init__(layout.folder / "keys")
        self.authority = Authority(layout.folder, layout.keyring, layout.addresses())
        self.snapshot = self.sign()
        self.open_ceremony()

    async def _message(self, request: Request) -> Response:
        answer = await super()._message(request)
        self.close_when_done(bytes.fromhex(request.path_params["id"]))
        return answer


if __name__ == "__main__":
    layout = Layout.of(Path(sys.argv[1]), first_port=None)
    asgi.serve(Web(layout).application(), host=HOST, port=layout.ports["web"])
