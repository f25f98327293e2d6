"""Nothing of the demo runs as root: PostgreSQL refuses it, and the services have no use for it."""

from __future__ import annotations

import os
import pwd
import shutil
import sys
from pathlib import Path
from typing import Final

from sluis.core import errors

ACCOUNT: Final = "nobody"
_CAPABILITIES: Final = {"dac_read_search": 2, "dac_override": 1}


def leave_root(folder: Path) -> None:
    """Started as root: gives `folder` to an ordinary account and runs this same command again as that account.

    The interpreter may stand where others cannot look (a root's home); then the account keeps the one right to read there.
    Raises Unavailable `geen-gewone-gebruiker` when the system has no `setpriv`, `geen-map` when the folder cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise errors.Unavailable(f"{folder.name} cannot be the demo's folder: {error.strerror}.", code="geen-map") from None
    if os.geteuid() != 0:
        return
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise errors.Unavailable("Start the demo as an ordinary user.", code="geen-gewone-gebruiker")
    user = pwd.getpwnam(ACCOUNT)
    _give(folder, user)
    rights = [] if all(map(_is_open, (Path(sys.executable).resolve(), Path(__file__), folder.resolve()))) else _reading()
    identity = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    environment = os.environ | {"HOME": str(folder.resolve()), "PYTHONDONTWRITEBYTECODE": "1"}
    os.execve(setpriv, [setpriv, *identity, *rights, sys.executable, *sys.argv], environment)  # noqa: S606


def _give(folder: Path, user: pwd.struct_passwd) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)


def _is_open(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in path.parents)


def _reading() -> list[str]:
    status = Path("/proc/self/status").read_text()
    bounding = int(next(line.split()[1] for line in status.splitlines() if line.startswith("CapBnd")), 16)
    for name, number in _CAPABILITIES.items():
        if bounding >> number & 1:
            return [f"--inh-caps=+{name}", f"--ambient-caps=+{name}"]
    return []
