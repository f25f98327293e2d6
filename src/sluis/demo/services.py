"""The services of the demo as data: program, environment, readiness. What each is told stands in its configuration file."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from sluis.demo import world
from sluis.demo.layout import HOST, Layout, gateways
from sluis.demo.processes import Service
from sluis.demo.world import Party
from sluis.wire import clock, credentials


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
    """The gateways of two partners."""
    return [_gateway(layout, party) for party in gateways()]


def _common(layout: Layout) -> dict[str, str]:
    return {clock.VARIABLE: str(layout.clock)}


def _hub_environment(layout: Layout) -> dict[str, str]:
    secret = layout.keyring.file("web.secret")
    return {
        **_common(layout),
        "DJANGO_SETTINGS_MODULE": "sluis.site.settings.demo",
        "SLUIS_SECRET_FILE": str(secret),
        "SLUIS_HUB_KEY_FILE": str(layout.keyring.file(f"{world.HUB.slug}.key")),
        "SLUIS_POLICY_KEYS": ",".join(key.hex() for key in layout.keyring.pinned()),
        "SLUIS_WEB_URL": layout.url("web"),
        "SLUIS_ALLOWED_HOSTS": HOST,
    }


def _edge(layout: Layout) -> Service:
    database = layout.keyring.file("edge.database")
    credentials.write(database, layout.cluster.url("sluis_edge").encode())
    told = {
        "host": HOST,
        "port": layout.ports["edge"],
        "url": layout.url("edge"),
        "web": layout.url("web"),
        "folder": str(layout.data("edge")),
        "policy_keys": [key.hex() for key in layout.keyring.pinned()],
        "key_file": str(layout.keyring.file(f"{world.EDGE.slug}.key")),
        "database_file": str(database),
    }
    return _configured(layout, "edge", told, argv=(program("sluis-edge"), "serve"))


def _holder(layout: Layout, party: Party) -> Service:
    told = {
        "host": HOST,
        "port": layout.ports[party.slug],
        "url": layout.url(party.slug),
        "web": layout.url("web"),
        "folder": str(layout.data(party.slug)),
        "policy_keys": [key.hex() for key in layout.keyring.pinned()],
        "key_file": str(layout.keyring.file(f"{party.slug}.key")),
        "seal_file": str(layout.keyring.file(f"{party.slug}.seal")),
        "passphrase_file": str(layout.keyring.file(f"{party.slug}.passphrase")),
    }
    return _configured(layout, party.slug, told, argv=(program("sluis-keyholder"), "serve"))


def _gateway(layout: Layout, party: Party) -> Service:
    told = {
        "host": HOST,
        "port": layout.ports[party.slug],
        "web": layout.url("web"),
        "edge": layout.url("edge"),
        "folder": str(layout.data(party.slug)),
        "policy_keys": [key.hex() for key in layout.keyring.pinned()],
        "key_file": str(layout.keyring.file(f"{party.slug}.key")),
        "circle": world.CIRCLE_NAME,
        "purpose": world.PURPOSES[0],
    }
    return _configured(layout, party.slug, told, argv=(program("sluis"), "gateway", "serve"))


def _configured(layout: Layout, name: str, told: dict[str, object], *, argv: tuple[str, ...]) -> Service:
    file = layout.config(name)
    credentials.write(file, msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n")
    return Service(name, (*argv, "--config", str(file)), _common(layout), ready=f"{layout.url(name)}/v1/health")
