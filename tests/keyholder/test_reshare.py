"""A holder that is lost for good is replaced: the others share its key anew with its successor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from holders import World, key_of, newest, output, policy, refused, run

from sluis.core import errors
from sluis.core.exchange import documents, sharing
from sluis.core.exchange.keys import KeyRecord
from sluis.demo import world

DAY, HOUR = 86_400, 3600
Later = Callable[[int], None]


def lose(keyed: World, place: int, folder: Path) -> None:
    """A holder is lost for good; the policy names another organisation in its place, which has no share."""
    slug = world.HOLDERS[place - 1].slug
    for name in ("key", "seal", "passphrase"):
        keyed.hub.keyring.file(f"{slug}.{name}").unlink()
    keyed.hub.keyring.ensure()
    (keyed.folder / slug).rename(folder / "lost")
    keyed.holders[place - 1] = keyed.open(world.HOLDERS[place - 1])
    policy(keyed)


def test_a_reshare_replaces_a_holder_that_was_lost_for_good(keyed: World, tmp_path: Path, later: Later) -> None:
    before, first = keyed.record(), output(keyed, (1, 3))
    later(DAY)
    lose(keyed, 3, tmp_path)
    assert output(keyed, (1, 2)) == first, "until then the others go on under the old record"
    error = asyncio.run(refused(keyed.holders[2], keyed.request().octets(), key_of(keyed)))
    assert isinstance(error, errors.NotFound | errors.Unavailable)
    identity = run(keyed, keyed.hub.open_renewal("reshare", renews=newest(keyed), dealers=[1, 2]))
    assert keyed.hub.close_when_done(identity)
    asyncio.run(keyed.refresh())
    after = keyed.record()
    assert (after.id, after.generation, after.made) == (before.id, 2, before.made)
    assert output(keyed, (1, 3)) == output(keyed, (2, 3)) == first


def test_the_lost_share_is_worth_nothing_after_the_reshare(keyed: World, tmp_path: Path, later: Later) -> None:
    lost = keyed.holders[2].desk.vault.share(keyed.record())
    public = keyed.record().key
    later(DAY)
    lose(keyed, 3, tmp_path)
    identity = run(keyed, keyed.hub.open_renewal("reshare", renews=newest(keyed), dealers=[1, 2]))
    assert keyed.hub.close_when_done(identity)
    asyncio.run(keyed.refresh())
    held = keyed.holders[0].desk.vault.share(keyed.record())
    assert sharing.combine({1: held.public, 3: lost.public}) != public
    assert sharing.combine({1: held.public, 3: keyed.record().shares[2]}) == public


@pytest.mark.parametrize("dealers", [[1], [1, 1], [1, 2, 3], [1, 3], []])
def test_a_reshare_by_others_than_t_old_holders_gets_no_message(
    keyed: World, tmp_path: Path, later: Later, dealers: list[int]
) -> None:
    later(DAY)
    lose(keyed, 3, tmp_path)
    identity = run(keyed, keyed.hub.open_renewal("reshare", renews=newest(keyed), dealers=dealers), but=(3,))
    assert keyed.hub.ceremonies[identity][1] == []


def test_nobody_reshares_while_no_holder_was_replaced(keyed: World, later: Later) -> None:
    later(DAY)
    identity = run(keyed, keyed.hub.open_renewal("reshare", renews=newest(keyed), dealers=[1, 2]))
    assert keyed.hub.ceremonies[identity][1] == []


def test_a_new_holder_believes_no_record_that_the_hub_made_up(keyed: World, tmp_path: Path, later: Later) -> None:
    later(DAY)
    lose(keyed, 3, tmp_path)
    record = msgspec.json.decode(newest(keyed).payload, type=KeyRecord)
    forged = documents.sign("keys", record, [Ed25519PrivateKey.generate() for _ in range(3)])
    identity = run(keyed, keyed.hub.open_renewal("reshare", renews=forged, dealers=[1, 2]), but=(1, 2))
    assert keyed.hub.ceremonies[identity][1] == []


def test_a_record_that_was_accepted_counts_on_after_a_holder_was_replaced_also_after_a_restart(
    keyed: World, tmp_path: Path, later: Later
) -> None:
    first = output(keyed, (1, 2))
    later(DAY)
    lose(keyed, 3, tmp_path)
    keyed.holders[:2] = [keyed.open(party) for party in world.HOLDERS[:2]]
    asyncio.run(keyed.refresh())
    assert output(keyed, (1, 2)) == first
