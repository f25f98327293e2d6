"""Who reads and who acts here: people of an organisation, signed in; and how a form that was refused shows what was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from sluis.apps.casework.views import words
from sluis.apps.partners import selectors as partners
from sluis.core import errors
from sluis.plumbing.pages import Room

_ROOM: Final = Room(acting=partners.acting, told=words.told, no_right="casework/no-right.html")
page = _ROOM.page
deed = _ROOM.deed


@dataclass(frozen=True, slots=True)
class Form:
    """A form on a page of its own: its template, what else the page shows, and the page to go to when it was done."""

    template: str
    shown: Mapping[str, object]
    done: str
    # Values to begin with.
    start: Mapping[str, str] = field(default_factory=dict)


class Typed(dict[str, str]):
    """What somebody typed, by field; empty for a field that was not sent."""

    def __missing__(self, name: str) -> str:
        """The empty text."""
        return ""


def complain(request: HttpRequest, error: errors.SluisError) -> None:
    """Has the next page say why something was refused."""
    messages.error(request, words.told(error))


def filled(request: HttpRequest, form: Form, act: Callable[[Typed], object]) -> HttpResponse:
    """The form, or, once it is sent, what `act` does with the fields: its result is the id of the page `done`.

    What was refused is told above the form, everything at once, with what was typed still in it (422).
    """
    refused, typed = list[str](), Typed(form.start)
    if request.method == "POST":
        typed = Typed(request.POST.dict())
        try:
            return redirect(form.done, act(typed))
        except (errors.Malformed, errors.Conflict) as error:
            refused = words.lines(error)
    shown = {"section": "cases", **form.shown, "typed": typed, "refused": refused}
    return render(request, form.template, shown, status=422 if refused else 200)


def whole(text: str | None) -> int:
    """A whole number that was typed; 0, which no rule takes, for anything else."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 9 else 0
