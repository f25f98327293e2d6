"""Answers: yes to exactly this, no with a reason, a yes taken back; and what goes out on the last yes."""

from __future__ import annotations

from uuid import UUID

from sluis.apps.consent.models import Answer, Publication, Release
from sluis.apps.consent.selectors import asked, rules, visibility
from sluis.apps.consent.services import acts, messages, releases
from sluis.apps.consent.services.messages import Subject
from sluis.apps.partners import selectors as partners
from sluis.apps.partners.selectors import Acting
from sluis.core import errors
from sluis.wire import clock

AGREEING = "instemmen"


def agree(acting: Acting, release: UUID, *, digest: str) -> str:
    """Says yes, for one's organisation, to the text and audience of this digest (hexadecimal). With the last yes it goes out.
    Returns the release's state after it.

    Raises NotAllowed `geen-recht`, `eigen-voorstel`, `geen-inbrenger`, NotFound `onbekende-vrijgave`, Conflict
    `tekst-gewijzigd`, `termijn-voorbij`, `niet-meer-open`.
    """
    with acts.act(acting, AGREEING, rules.DECIDERS):
        row = _asked(acting, release)
        _require_other_person(acting, row)
        _require_same(row, digest)
        _say(acting, row, "ja")
        acts.log(acting, AGREEING, row.id, outcome="ja")
        if _is_enough(row):
            _let_go(acting, row)
        return row.state


def _asked(acting: Acting, release: UUID) -> Release:
    row = releases.lock(release)
    if acting.organisation not in visibility.contributors(row.item_id):
        raise errors.NotAllowed("Only contributors are asked.", code="geen-inbrenger")
    return row


def _require_other_person(acting: Acting, row: Release) -> None:
    """Two people for everything that goes out: who proposed does not agree as well."""
    if acting.person == row.person:
        raise errors.NotAllowed("Who proposes does not agree as well; a colleague does.", code="eigen-voorstel")


def _require_same(row: Release, digest: str) -> None:
    """An answer is to what was read, and to nothing that came after it."""
    if row.digest != digest:
        raise errors.Conflict("Text or audience changed since you read it.", code="tekst-gewijzigd")


def _say(acting: Acting, row: Release, word: str, *, reason: str = "") -> None:
    Answer.objects.create(
        release=row,
        group_id=row.group_id,
        round=row.round,
        party=acting.organisation,
        person=acting.person,
        says=word,
        digest=row.digest,
        reason=reason,
        time=clock.now(),
    )


def _counts(row: Release) -> tuple[int, int, int]:
    """How many are asked, said yes, said no in the present round, which has one digest. Every contributor is asked."""
    contributors, words = visibility.contributors(row.item_id), asked.words_of(row)
    says = [words[one].says for one in contributors if one in words]
    return len(contributors), says.count("ja"), says.count("nee")


def _is_enough(row: Release) -> bool:
    number, yes, _no = _counts(row)
    return rules.may_go(row.rule, asked=number, yes=yes)


def _let_go(acting: Acting, row: Release) -> None:
    """The database checks the answers once more, and fills in words and audience from what was agreed to."""
    Publication.objects.create(release=row, released=clock.now())
    releases.close(row, "vrijgegeven")
    acts.log(acting, "vrijgeven", row.id)
    contributors = visibility.contributors(row.item_id)
    messages.tell(contributors, Subject("vrijgave-afgerond", row.item_id))
    messages.tell(_reached(row) - set(contributors), Subject("vrijgegeven", row.id))


def _reached(row: Release) -> set[bytes]:
    audience = asked.audience_of(row)
    return {party for party, sector in partners.sectors().items() if audience.reaches(party, sector)}


def refuse(acting: Acting, release: UUID, *, digest: str, why: str) -> str:
    """Says no with a reason, which contributors read. Returns the release's state after it: `geweigerd` as soon as it can no
    longer come to enough.

    Raises NotAllowed `geen-recht`, `geen-inbrenger`, NotFound `onbekende-vrijgave`, Malformed `geen-reden`, Conflict
    `tekst-gewijzigd`, `termijn-voorbij`, `niet-meer-open`.
    """
    reason = rules.reason(why)
    with acts.act(acting, AGREEING, rules.DECIDERS):
        row = _asked(acting, release)
        _require_same(row, digest)
        _say(acting, row, "nee", reason=reason)
        acts.log(acting, AGREEING, row.id, outcome="nee")
        number, _yes, no = _counts(row)
        if not rules.can_still_go(row.rule, asked=number, no=no):
            releases.close(row, "geweigerd")
            messages.tell(visibility.contributors(row.item_id), Subject("vrijgave-afgerond", row.item_id))
        return row.state


def withdraw_consent(acting: Acting, release: UUID) -> None:
    """Takes back one's organisation's yes, as long as nothing went out: it is as if it was silent.

    Raises NotAllowed `geen-recht`, `geen-inbrenger`, NotFound `onbekende-vrijgave`, Conflict `geen-instemming`,
    `termijn-voorbij`, `niet-meer-open`.
    """
    with acts.act(acting, AGREEING, rules.DECIDERS):
        row = _asked(acting, release)
        mine = asked.words_of(row).get(acting.organisation)
        if mine is None or mine.says != "ja":
            raise errors.Conflict("There is no consent to take back.", code="geen-instemming")
        _say(acting, row, "terug")
        acts.log(acting, AGREEING, row.id, outcome="terug")
