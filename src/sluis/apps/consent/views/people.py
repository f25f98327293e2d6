"""Who reads and who acts: people of an organisation, signed in. What is not theirs is not there; a role hears what it lacks."""

from __future__ import annotations

from typing import Final

from sluis.apps.consent.views import words
from sluis.apps.partners import selectors as partners
from sluis.plumbing.pages import Room

_ROOM: Final = Room(acting=partners.acting, told=words.told, no_right="consent/no-right.html")
page = _ROOM.page
deed = _ROOM.deed
