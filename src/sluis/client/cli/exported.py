"""`sluis log check-export`: whether what a supervisor was handed stands in the log."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sluis.client.cli import log, output
from sluis.client.cli.log import ConfigFile, Json, LogKeyText, Threshold, Witnesses
from sluis.core import errors
from sluis.core.exchange.log.exported import Checker


def run(
    export: Annotated[Path, typer.Argument(help="The lines that `sluis-hub export` wrote.")],
    file: ConfigFile = None,
    log_key: LogKeyText = "",
    witness: Witnesses = None,
    threshold: Threshold = 0,
    as_json: Json = False,
) -> None:
    """Prove offline that every event of an export is in the log; exit 1 at the first that is not."""
    with output.told(as_json=as_json):
        checker = Checker(log.trusted(file, log_key, tuple(witness or ()), threshold=threshold))
        _check(export, checker)
        found = {"proven": checker.proven, "erased": checker.erased, "records": checker.records}
        told = f"{checker.proven} events proven, {checker.erased} erased since, {checker.records} records beside the log"
        output.show(found, lambda: told, as_json=as_json)


def _check(export: Path, checker: Checker) -> None:
    try:
        with export.open("rb") as lines:
            for line in lines:
                checker.take(line)
    except OSError:
        raise errors.NotFound(f"There is no readable file {export.name}.", code="geen-bestand") from None
