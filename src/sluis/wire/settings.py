"""Configuration files of services: TOML with kebab-case names; a relative path starts at the folder of the file."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec

from sluis.core import errors

Settings = TypeVar("Settings", bound=msgspec.Struct)


def load(file: Path, kind: type[Settings]) -> Settings:
    """The settings in `file`. Raises Unavailable `geen-instellingen`, Malformed `instelling-onjuist`."""

    def path(_kind: type, value: str) -> Path:
        return file.absolute().parent / value

    try:
        return msgspec.convert(tomllib.loads(file.read_text("utf-8")), kind, dec_hook=path)
    except OSError:
        raise errors.Unavailable(f"There is no configuration at {file.name}.", code="geen-instellingen") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise errors.Malformed(f"The configuration does not hold: {error}", code="instelling-onjuist") from None
