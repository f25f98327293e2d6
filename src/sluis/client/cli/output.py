"""One way to print and one way to fail: text for people, `--json` for machines, exit 1 with cause and next step."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import msgspec
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from sluis.client import advice
from sluis.core import errors

REFUSED: Final = 1
_err = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)


def show(value: object, text: Callable[[], str], *, as_json: bool) -> None:
    """Prints `value` as one JSON document, or what `text` makes of it."""
    if as_json:
        sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
    else:
        sys.stdout.write(text() + "\n")


@contextmanager
def told(*, as_json: bool) -> Iterator[None]:
    """Turns an error of Sluis into its words and exit status 1; nothing else is caught."""
    try:
        yield
    except errors.SluisError as error:
        if as_json:
            sys.stdout.write(msgspec.json.encode(_as_data(error)).decode() + "\n")
        else:
            _err.print(_in_words(error))
        raise SystemExit(REFUSED) from None


def _as_data(error: errors.SluisError) -> dict[str, Any]:
    faults = [{"where": fault.where, "code": fault.code, "next_step": fault.next_step} for fault in error.faults]
    told = {**error.fields, "code": error.reason, "detail": str(error), "errors": faults}
    return {"error": {**told, "next_step": advice.next_step(error)}}


def _in_words(error: errors.SluisError) -> str:
    lines = [f"{error} [{error.reason}]"]
    lines += [f"  {fault.where}: {fault.next_step} [{fault.code}]" for fault in error.faults]
    articles = error.fields.get("articles")
    if isinstance(articles, list):
        lines.append(f"  articles: {', '.join(articles)}")
    for name in ("ground", "instead", "retry_after", "position", "party"):
        if name in error.fields:
            lines.append(f"  {name.replace('_', ' ')}: {error.fields[name]}")
    if step := advice.next_step(error):
        lines.append(f"  next: {step}")
    return "\n".join(lines)


@contextmanager
def working(what: str, *, as_json: bool) -> Iterator[None]:
    """Shows on a terminal that something takes a while; silent in a pipe and with `--json`."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=_err, transient=True, disable=as_json or not _err.is_terminal) as progress:
        progress.add_task(what)
        yield


@contextmanager
def counting(what: str, *, as_json: bool) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal: what it gives hears how many are done of how many. Silent in a pipe and with `--json`."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=_err, transient=True, disable=as_json or not _err.is_terminal) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
