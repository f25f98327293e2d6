"""A small demo for the tests: the database and one service that stands alone, in the folder given."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import msgspec
import psycopg
from edge_tables import TABLES

from sluis.demo import account, run, services
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
        layout.keyring.ensure()
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
    if sys.argv[2:] == ["services"]:
        start_services(layout, supervisor)
        return
    argv = (sys.executable, "-c", PROGRAM, str(layout.ports["web"]))
    supervisor.start(Service("tiny", argv, ready=layout.url("web")))
    supervisor.wait_ready("tiny", limit=30)


def start_services(layout: Layout, supervisor: Supervisor) -> None:
    """Three holders, edge and two gateways as they are, beside a stub of the hub."""
    run._ensure_files(layout)
    with psycopg.connect(layout.cluster.url("sluis_owner"), autocommit=True) as connection:
        connection.execute(TABLES)
    stub = Path(__file__).with_name("stub_web.py")
    env = {"PYTHONPATH": str(stub.parents[1])}
    supervisor.start(
        Service("web", (sys.executable, str(stub), str(layout.folder)), env, ready=f"{layout.url('web')}/v1/health")
    )
    supervisor.wait_ready("web", limit=30)
    for service in (*services.readers(layout), *services.partners(layout)):
        supervisor.start(service)
    for service in (*services.readers(layout), *services.partners(layout)):
        supervisor.wait_ready(service.name, limit=60)


if __name__ == "__main__":
    main()
