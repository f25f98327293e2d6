"""What is asked of whom: the audience of a release, answers in the present round, and how wide a group went before."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sluis.apps.consent.models import Answer, Publication, Release
from sluis.apps.consent.selectors.rules import Audience


def audience_of(row: Release | Publication) -> Audience:
    """To whom a release goes, or went."""
    return Audience(row.scope, frozenset(bytes.fromhex(one) for one in row.parties), row.sector)


def used_by(group: UUID) -> list[Audience]:
    """Every audience to which this group let something go."""
    return [audience_of(row) for row in Publication.objects.filter(release__group=group)]


def words_of(row: Release) -> Mapping[bytes, Answer]:
    """The last word of each organisation in the present round."""
    answers = Answer.objects.filter(release=row, round=row.round).order_by("number")
    return {bytes(one.party): one for one in answers}


def saying(row: Release) -> set[bytes]:
    """Who said yes or no in the present round, and did not take it back. Needs the columns of the worker only."""
    answers = Answer.objects.filter(release=row.id, round=row.round).order_by("number").values_list("party", "says")
    last = {bytes(party): says for party, says in answers}
    return {party for party, says in last.items() if says != "terug"}
