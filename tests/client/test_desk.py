"""The gateway's desk: scopes, regions and confirmations as a partner's system sends them."""

from __future__ import annotations

import base64
import json

import pytest
from typer.testing import CliRunner

from sluis.client import testing
from sluis.client.cli.main import app
from sluis.client.gateway import desk
from sluis.client.testing import FakeSluis
from sluis.core import errors
from sluis.core.exchange.envelope import Context
from sluis.core.identifiers import protected, suffixes

MATTER = {"circle": testing.CIRCLE, "case": "zaak-1", "purpose": testing.PURPOSE}


def share(fake: FakeSluis, kind: str, *items: desk.ShareItem, region: str = "") -> desk.SharedAnswer:
    return desk.share(fake.session("bank"), desk.ShareBody(**MATTER, type=kind, region=region, items=items))


def item(identifier: str, *, scope: str = "", confirmed: bool = False) -> desk.ShareItem:
    return desk.ShareItem(identifier, "B", Context("PHI"), scope=scope, confirmed=confirmed)


def look(fake: FakeSluis, kind: str, *texts: str, region: str = "") -> tuple[desk.CheckItem, ...]:
    body = desk.CheckBody(**MATTER, type=kind, region=region, identifiers=texts)
    return desk.check(fake.session("shop"), body).results


def test_each_item_has_a_scope_of_its_own_and_a_hit_says_which_matched() -> None:
    fake = FakeSluis(kind="email")
    share(fake, "email", item("jan+a@nep.example", scope="email.base"), item("piet+a@nep.example"))
    jan, piet, same = look(fake, "email", "JAN+b@nep.example", "piet+b@nep.example", "piet+a@nep.example")
    assert (jan.outcome, jan.scope, jan.identifier) == ("hit", "base", "jan+b@nep.example")
    assert (piet.outcome, piet.scope) == ("no-hit", "")
    assert (same.outcome, same.scope) == ("hit", "")


def test_a_national_number_needs_a_region_of_the_call_or_of_the_gateway() -> None:
    fake = FakeSluis(kind="phone")
    share(fake, "phone", item("020 7946 0002"), region="GB")
    with pytest.raises(errors.Malformed) as refused:
        look(fake, "phone", "020 7946 0002")
    assert [fault.code for fault in refused.value.faults] == ["telefoon-landnummer"]
    (called,) = look(fake, "phone", "0044 20 7946 0002", region="NL")
    assert (called.outcome, called.identifier) == ("hit", "+442079460002")
    shop = fake.session("shop")
    shop.region = "GB"
    body = desk.CheckBody(**MATTER, type="phone", identifiers=("020 7946 0002",))
    assert desk.check(shop, body).results[0].outcome == "hit"


def test_what_blocks_and_what_warns_is_told_of_every_item_at_once() -> None:
    fake = FakeSluis(kind="domain")
    with pytest.raises(errors.NotPermitted) as blocked:
        share(fake, "domain", item("nep.example"), item("bit.ly", confirmed=True), item("co.uk"), item("yopmail.com"))
    assert [(fault.where, fault.code) for fault in blocked.value.faults] == [
        ("[1]", "beschermd-kenmerk"),
        ("[2]", "beschermd-kenmerk"),
    ]
    with pytest.raises(errors.Conflict) as doubtful:
        share(fake, "domain", item("nep.example"), item("yopmail.com"))
    assert [fault.where for fault in doubtful.value.faults] == ["[1]"]
    assert not any("evaluate" in url for url, _ in fake.requests)
    assert len(share(fake, "domain", item("nep.example"), item("yopmail.com", confirmed=True)).signals) == 2


def test_a_wrong_scope_is_told_with_its_place() -> None:
    with pytest.raises(errors.Malformed) as refused:
        share(FakeSluis(kind="domain"), "domain", item("nep.example", scope="reg"), item("nep.example", scope="base"))
    assert [(fault.where, fault.code) for fault in refused.value.faults] == [("[1]", "onbekend-bereik")]


def test_the_authority_is_told_the_digests_a_head_names() -> None:
    found = json.loads(CliRunner().invoke(app, ["authority", "lists", "--json"]).output)
    assert base64.b64decode(found["protected"]) == protected.packaged_list().digest
    assert base64.b64decode(found["suffixes"]) == suffixes.packaged_list().digest
    assert found["normaliser"] == 1
    assert suffixes.packaged_list().digest.hex() in CliRunner().invoke(app, ["authority", "lists"]).output
