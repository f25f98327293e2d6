"""PostgreSQL for the tests of the hub, as an ordinary user, in the folder given; ends when process `owner` is gone."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

from sluis.demo import account
from sluis.demo.postgres import Cluster

# A test's database may be lost with the machine; waiting for the disk would only make the tests slow.
HASTE = "\nfsync = off\nsynchronous_commit = off\nfull_page_writes = off\nautovacuum = off\n"


def main() -> None:
    folder, owner = Path(sys.argv[1]), int(sys.argv[2])
    account.leave_root(folder)
    (folder / "keys").mkdir(exist_ok=True)
    cluster = Cluster(folder / "postgres", folder / "keys", _free_port())
    cluster.prepare()
    with (cluster.folder / "postgresql.conf").open("a") as settings:
        settings.write(HASTE)
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(cluster.service().argv, stdout=log, stderr=log)
    try:
        while not cluster.is_ready():
            assert server.poll() is None, "the database ended at once"
            time.sleep(0.05)
        cluster.create_roles()
        (folder / "new").write_text(str(cluster.port))
        (folder / "new").rename(folder / "port")
        while _is_alive(owner):
            time.sleep(0.2)
    finally:
        server.kill()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    main()
