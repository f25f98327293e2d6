#!/usr/bin/env python3
"""Een koppelpunt voor een klein bedrijf, in een bestand: `python3 koppelpunt.py UITNODIGING`.

Nodig: Python 3.11 of nieuwer, en de uitnodiging die u van het programmabureau kreeg (TOML met `web`, `edge` en `policy-keys`).
De eerste keer maakt dit bestand een eigen omgeving, een sleutel, een code voor uw bureau en de instellingen; daarna start het
alleen nog. Alles staat in een map, standaard `sluis-koppelpunt` naast de uitnodiging. Opnieuw draaien verandert niets.

A gateway for a small business in one file. English: the options are explained by `--help`.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import subprocess
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this file meets whatever Python a business has
    sys.exit("koppelpunt: Python 3.11 of nieuwer is nodig (is needed).")
import tomllib
import venv
from pathlib import Path

NEEDED = ("web", "edge", "policy-keys")
TAKEN_OVER = (*NEEDED, "circle", "purpose", "region")
PORT = 8405


def main() -> None:
    """Makes what is missing, tells what to do, and serves until Ctrl-C."""
    given = read_arguments()
    invitation = read_invitation(given.invitation)
    source = given.source or found_source()
    folder: Path = given.folder or given.invitation.resolve().parent / "sluis-koppelpunt"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    programs = make_environment(folder / "omgeving", source)
    public = make_key(programs, folder / "sleutel", given.key)
    make_secret(folder / "token", 24)
    make_secret(folder / "bureaucode", 8)
    config = write_settings(folder, invitation, port=given.port)
    tell(folder, public, port=given.port)
    if not given.prepare:
        argv = [str(programs / "sluis"), "gateway", "serve", "--config", str(config)]
        os.execv(argv[0], argv)  # noqa: S606


def read_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Een koppelpunt voor een klein bedrijf (a gateway for a small business).")
    parser.add_argument("invitation", type=Path, metavar="UITNODIGING", help="invitation of the programme office (TOML)")
    parser.add_argument("--folder", type=Path, help="where everything is kept")
    parser.add_argument("--port", type=int, default=PORT, help="where the pages are, on this machine only")
    parser.add_argument("--key", type=Path, help="a signing key you have already; without it one is made")
    parser.add_argument("--source", default="", help="wheel or folder of Sluis; without it the one beside this file")
    parser.add_argument("--prepare", action="store_true", help="make everything and do not start")
    return parser.parse_args()


def read_invitation(file: Path) -> dict[str, object]:
    """The invitation; stops with every part that is missing."""
    try:
        read = tomllib.loads(file.read_text("utf-8"))
    except OSError:
        stop(f"De uitnodiging {file} is er niet (there is no such invitation).")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        stop(f"De uitnodiging is niet leesbaar (the invitation does not read): {error}")
    missing = [name for name in NEEDED if not read.get(name)]
    if missing:
        stop(f"In de uitnodiging ontbreekt (the invitation lacks): {', '.join(missing)}")
    return {name: read[name] for name in TAKEN_OVER if name in read}


def found_source() -> str:
    """The newest wheel beside this file, or the checkout it stands in; nothing is taken from an index by name."""
    here = Path(__file__).resolve().parent
    wheels = sorted(here.glob("sluis-*.whl"), key=lambda file: file.stat().st_mtime)
    if wheels:
        return str(wheels[-1])
    if not (here.parent / "pyproject.toml").exists():
        stop("Zet het bestand sluis-*.whl van de uitgave naast dit bestand (put the wheel of the release beside this file).")
    return str(here.parent)


def make_environment(folder: Path, source: str) -> Path:
    """An environment of its own with Sluis in it; the folder of its programs. A half one is made anew."""
    done = folder / "klaar"
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    if not (done.exists() and done.read_text() == source):
        say("Ik maak de omgeving, dat duurt een paar minuten (making the environment, this takes minutes) ...")
        venv.create(folder, with_pip=True, clear=True)
        pip = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        if subprocess.run([*pip, f"{source}[gateway]"], check=False).returncode:
            stop("Installeren lukte niet (it could not be installed): zie hierboven (see above), en probeer het opnieuw.")
        done.write_text(source)
    return programs


def make_key(programs: Path, file: Path, given: Path | None) -> str:
    """The signing key, once; its public half in hexadecimal."""
    if not file.exists() and given is not None:
        write(file, given.read_text("ascii"))
    if not file.exists():
        run(programs / "sluis", "authority", "new-key", str(file))
    told = "from sluis.wire import credentials; from sluis.core.exchange import documents; import pathlib, sys"
    shown = "print(documents.public_key(credentials.signing_key(pathlib.Path(sys.argv[1]))).hex())"
    return run(programs / "python", "-c", f"{told}; {shown}", str(file)).strip()


def make_secret(file: Path, octets: int) -> None:
    """A secret in hexadecimal, once."""
    if not file.exists():
        write(file, secrets.token_hex(octets))


def write_settings(folder: Path, invitation: dict[str, object], *, port: int) -> Path:
    """The configuration, from the invitation."""
    own = {"key": "sleutel", "store": "koppelpunt.sqlite"}
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in {**invitation, **own}.items()]
    gateway = ["", "[gateway]", f"port = {port}", 'token = "token"', 'desk-code = "bureaucode"', ""]
    file = folder / "koppelpunt.toml"
    write(file, "\n".join(lines + gateway))
    return file


def tell(folder: Path, public: str, *, port: int) -> None:
    """What the people of the business need to know."""
    code = (folder / "bureaucode").read_text()
    say(f"""
Uw openbare sleutel, voor het programmabureau (your public key, for the programme office):
  {public}
Uw koppelpunt (your gateway):   http://127.0.0.1:{port}
Code van uw bureau (desk code): {code}
Alles staat in (everything is in): {folder}
Bewaar die map goed: zonder uw sleutel kunt u niet meer meedoen. Ctrl-C stopt (ends it).
""")


def write(file: Path, text: str) -> None:
    """A file that only its owner reads, whole or not at all."""
    fresh = file.with_name(f".{file.name}.nieuw")
    fresh.touch(mode=0o600)
    fresh.write_text(text, "utf-8")
    fresh.replace(file)


def run(*argv: object) -> str:
    """The output of a program; stops with what it said when it fails."""
    answer = subprocess.run([str(part) for part in argv], capture_output=True, text=True, check=False)
    if answer.returncode:
        stop(answer.stderr.strip() or answer.stdout.strip())
    return answer.stdout


def say(text: str) -> None:
    """A line for the people at the screen."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def stop(text: str) -> None:
    """Ends with a message and exit code 1."""
    sys.stderr.write(f"koppelpunt: {text}\n")
    raise SystemExit(1)


if __name__ == "__main__":
    main()
