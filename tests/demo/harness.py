"""A small demo for the tests: the database and one service that stands alone, in the folder given."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import msgspec

from sluis.demo import account, run
from sluis.demo.layout import Layout
from sluis.demo.processes import Service, Supervisor

# It starts a child of its own that ignores SIGTERM, as a careless program would.
PROGRAM = """
import http.server, signal, subprocess, sys
subprocess.Popen([sys.executable, "-c", "import signal,time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"])
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""


class Stop(Exception):
    pass


def stop(_number: int, _frame: object) -> None:
    raise Stop


def main() -> None:
    folder = Path(sys.argv[1])
    account.leave_root(folder)
    with run._lock(folder):
        layout = Layout.of(folder, first_port=None)
        signal.signal(signal.SIGTERM, stop)
        supervisor = Supervisor(layout.logs)
        try:
            start(layout, supervisor)
            while True:
                (folder / "state.new").write_bytes(msgspec.json.encode(run.state(layout, supervisor.pids())))
                (folder / "state.new").replace(folder / "state.json")
                supervisor.tend()
                time.sleep(0.05)
        except Stop:
            supervisor.stop()
            (folder / "state.json").unlink()


def start(layout: Layout, supervisor: Supervisor) -> None:
    layout.cluster.prepare()
    supervisor.start(layout.cluster.service())
    supervisor.wait_ready("postgres", limit=60, check=layout.cluster.is_ready)
    layout.cluster.create_roles()
    os.chdir(layout.logs)
    argv = (sys.executable, "-c", PROGRAM, str(layout.ports["web"]))
    supervisor.start(Service("tiny", argv, ready=layout.url("web")))
    supervisor.wait_ready("tiny", limit=30)


if __name__ == "__main__":
    main()
