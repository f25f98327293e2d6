"""The only reader of data shipped with the code."""

from __future__ import annotations

from importlib import resources


def read(package: str, name: str) -> bytes:
    """The octets of `data/<name>` inside `package`, as shipped. Raises FileNotFoundError when it is not there."""
    return resources.files(package).joinpath("data", name).read_bytes()
