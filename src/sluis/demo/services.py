"""The services of the demo as data: program, environment, readiness. What each is told stands in its configuration file."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sluis.demo import world
from sluis.demo.authority import LOG_KEY
from sluis.demo.layout import HOST, Layout
from sluis.demo.processes import Service
from sluis.demo.world import Party
from sluis.wire import clock, credentials

# How letters to persons say that a partner of the demo is reached.
CONTACT: Final = "Schrijf naar Postbus 1, Verzonnen Stad."


def program(name: str) -> str:
    """The console script `name` beside this interpreter."""
    return str(Path(sys.executable).parent / name)


def migrate(layout: Layout) -> Service:
    """Brings the database to this version, as its owner."""
    env = {**_hub_environment(layout), "DATABASE_URL": layout.cluster.url("sluis_owner")}
    return Service("migrate", (program("sluis-hub"), "migrate"), env)


def hub(layout: Layout) -> list[Service]:
    """Web and worker, each under its own database role."""
    shared, port = _hub_environment(layout), str(layout.ports["web"])
    web = {**shared, "DATABASE_URL": layout.cluster.url("sluis_web")}
    worker = {**shared, "DATABASE_URL": layout.cluster.url("sluis_worker")}
    argv = (program("sluis-hub"), "web", "--host", HOST, "--port", port)
    return [
        Service("web", argv, web, ready=f"{layout.url('web')}/v1/health"),
        Service("worker", (program("sluis-hub"), "worker"), worker),
    ]


def readers(layout: Layout) -> list[Service]:
    """Edge and key holders."""
    return [_edge(layout), *(_holder(layout, party) for party in world.HOLDERS)]


def partners(layout: Layout) -> list[Service]:
    """The gateway of every partner."""
    return [_gateway(layout, party) for party in world.PARTIES]


def live(layout: Layout, *, follow: bool) -> Service:
    """The live page: the only process that shows all sides at once."""
    argv = (program("sluis-demo"), "live", "--dir", str(layout.folder.absolute()), *(("--follow",) if follow else ()))
    return Service("live", argv, _common(layout), ready=f"{layout.url('live')}/v1/health")


def _common(layout: Layout) -> dict[str, str]:
    return {clock.VARIABLE: str(layout.clock.absolute())}


def _hub_environment(layout: Layout) -> dict[str, str]:
    secret = layout.keyring.file("web.secret")
    return {
        **_common(layout),
        "DJANGO_SETTINGS_MODULE": "sluis.site.settings.demo",
        "SLUIS_SECRET_FILE": str(secret),
        "SLUIS_HUB_KEY_FILE": str(layout.keyring.file(f"{world.HUB.slug}.key")),
        "SLUIS_LOG_KEY_FILE": str(layout.keyring.file(f"{LOG_KEY}.key")),
        "SLUIS_LOG_ORIGIN": world.LOG_ORIGIN,
        "SLUIS_POLICY_KEYS": ",".join(key.hex() for key in layout.keyring.pinned()),
        "SLUIS_WEB_URL": layout.url("web"),
        "SLUIS_ALLOWED_HOSTS": HOST,
    }


def _edge(layout: Layout) -> Service:
    database = layout.keyring.file("edge.database")
    credentials.write(database, layout.cluster.url("sluis_edge").encode())
    told = {
        **_listening(layout, "edge"),
        "key-file": layout.keyring.file(f"{world.EDGE.slug}.key"),
        "database-file": database,
    }
    return _configured(layout, "edge", told, argv=(program("sluis-edge"), "serve"))


def _holder(layout: Layout, party: Party) -> Service:
    files = {f"{name}-file": layout.keyring.file(f"{party.slug}.{name}") for name in ("key", "seal", "passphrase")}
    told = {**_listening(layout, party.slug), **files}
    return _configured(layout, party.slug, told, argv=(program("sluis-keyholder"), "serve"))


def _listening(layout: Layout, name: str) -> dict[str, object]:
    return {
        "host": HOST,
        "port": layout.ports[name],
        "url": layout.url(name),
        "web": layout.url("web"),
        "folder": layout.data(name),
        "policy-keys": [key.hex() for key in layout.keyring.pinned()],
    }


def entered(layout: Layout, verb: str, *files: Path | str) -> Service:
    """Enters files at the hub: `evidence`, `assess` assessments, `enrol` people, `stage` a closed group and a pilot."""
    env = {**_hub_environment(layout), "DATABASE_URL": layout.cluster.url("sluis_web")}
    return Service(verb, (program("sluis-hub"), verb, *map(str, files)), env)


def configure_partner(layout: Layout, party: Party) -> Path:
    """Writes the configuration of a partner, for its gateway and for the command `sluis`; returns the file."""
    told = partner(layout, party)
    if party in world.PARTIES:
        told["gateway"] = {
            "port": layout.ports[party.slug],
            "token": layout.keyring.file(f"{party.slug}.token"),
            "desk-code": layout.keyring.file(f"{party.slug}.desk"),
        }
    return _write(layout, party.slug, told)


def _gateway(layout: Layout, party: Party) -> Service:
    told_in = configure_partner(layout, party)
    env = {**_common(layout), "SLUIS_CONFIG": str(told_in)}
    ready = f"{layout.url(party.slug)}/v1/health"
    return Service(party.slug, (program("sluis"), "gateway", "serve"), env, ready)


def partner(layout: Layout, party: Party) -> dict[str, object]:
    """The configuration of a partner's own tools."""
    return {
        "web": layout.url("web"),
        "edge": layout.url("edge"),
        "key": layout.keyring.file(f"{party.slug}.key"),
        "store": layout.data(party.slug) / "partner.sqlite",
        "policy-keys": [key.hex() for key in layout.keyring.pinned()],
        "circle": world.CIRCLE_NAME,
        "purpose": world.PURPOSES[0],
        "rights": {"contact": CONTACT},
    }


def toml(told: Mapping[str, object]) -> str:
    """`told` as TOML: texts, numbers, lists of texts, one level of tables at the end."""
    lines = [f"{name} = {_value(value)}" for name, value in told.items() if not isinstance(value, dict)]
    for name, table in told.items():
        if isinstance(table, dict):
            lines += ["", f"[{name}]", *(f"{key} = {_value(value)}" for key, value in table.items())]
    return "\n".join(lines) + "\n"


def _value(value: object) -> str:
    plain = str(value.absolute()) if isinstance(value, Path) else value
    return json.dumps(plain, ensure_ascii=False)


def _configured(layout: Layout, name: str, told: Mapping[str, object], *, argv: tuple[str, ...]) -> Service:
    file = _write(layout, name, told)
    return Service(name, (*argv, "--config", str(file)), _common(layout), ready=f"{layout.url(name)}/v1/health")


def _write(layout: Layout, name: str, told: Mapping[str, object]) -> Path:
    file = layout.config(name).absolute()
    credentials.write(file, toml(told).encode())
    return file
