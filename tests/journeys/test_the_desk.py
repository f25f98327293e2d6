"""The analyst's desk against the running platform: share, hit, ask who shared it, approve, decide, dispute, correction."""

from __future__ import annotations

import html
import re
from typing import Any

import httpx
import pytest

from journeys.test_rights_of_a_person import ABOUT, CHECKED, sluis
from journeys.world import Demo, invented_iban, until
from sluis.demo import world
from sluis.wire import credentials

pytestmark = pytest.mark.slow


class Bureau:
    """An analyst at the gateway of one partner, with a browser that runs no script."""

    def __init__(self, demo: Demo, slug: str, name: str) -> None:
        self.http = httpx.Client(base_url=demo.url(slug), follow_redirects=True, timeout=60)
        code = credentials.secret(demo.folder / "keys" / f"{slug}.desk").decode()
        assert "Ingelogd als" in self.send("/inloggen", naam=name, code=code)

    def page(self, path: str) -> str:
        answer = self.http.get(path)
        assert answer.status_code == 200, answer.text
        return html.unescape(answer.text)

    def send(self, path: str, **fields: Any) -> str:
        answer = self.http.post(path, data=fields)
        assert answer.status_code == 200, (answer.status_code, answer.text)
        self.at = answer.url.path
        return html.unescape(answer.text)

    def purpose(self, path: str) -> str:
        """The choice of the shops' circle and its first purpose."""
        return next(one for one in re.findall(r'value="([^"|]+\|\d+)"', self.page(path)) if one.startswith(world.SHOPS_NAME))

    def share(self, iban: str) -> None:
        case = {"doel": self.purpose("/delen"), "zaak": "zaak 9", "soort": "iban", "kenmerk": iban}
        self.send("/delen", **case, vorm="AVF.AANKOOP", graad="B", advies="hold")
        job = self.at
        self.send(job)
        until(lambda: "Gedeeld" in self.page(job))

    def check(self, iban: str, case: str) -> str:
        return self.send("/bevragen", doel=self.purpose("/bevragen"), zaak=case, soort="iban", kenmerk=iban)


@pytest.fixture
def seller(demo: Demo) -> Bureau:
    return Bureau(demo, "zeilmakerij", "Zoë")


@pytest.fixture
def payer(demo: Demo) -> Bureau:
    return Bureau(demo, "tolhuis", "Tom")


def test_a_name_is_asked_approved_fetched_and_the_outcome_told(seller: Bureau, payer: Bureau) -> None:
    iban = invented_iban(92_001)
    seller.share(iban)
    text = until(lambda: (found := payer.check(iban, "t 1")) and "/dossiers/" in payer.at and found)
    assert "Bekend bij 1 ander" in text
    dossier = payer.at
    assert "Beide poorten door" in payer.send(f"{dossier}/context", niveau="context")
    assert "is gevraagd" in payer.send(f"{dossier}/context", niveau="publisher")
    waiting = until(lambda: (found := seller.page("/mijn-signalen")) and "uw naam" in found and found)
    number = re.findall(r"/verzoeken/(\d+)/context", waiting)[-1]
    seller.send(f"/verzoeken/{number}/context", besluit="toestaan")
    assert "van Zeilmakerij Online" in payer.send(f"{dossier}/ophalen")
    assert "klopt niet" in payer.send(f"{dossier}/besluit", besluit="klopt-niet")
    assert "bleek-onterecht: 1" in payer.page(dossier)
    log = payer.page("/ontvangstbewijzen")
    assert "Tom" in log
    assert "t 1" in log


def test_a_dispute_stops_a_signal_and_corrects_who_got_its_context(demo: Demo, seller: Bureau, payer: Bureau) -> None:
    iban = invented_iban(92_002)
    seller.share(iban)
    until(lambda: payer.check(iban, "t 2") and "/dossiers/" in payer.at)
    dossier = payer.at
    assert "Betwisten kan bij het rechtenloket" in payer.page(dossier)
    assert "Rechtenloket Vuurtoren" in payer.page(dossier)
    payer.send(f"{dossier}/context", niveau="context")
    (opened,) = sluis(demo, "vuurtoren", "dispute", "open", iban, "--ground", "naamgenoot", "--case", "b 2", *CHECKED, *ABOUT)
    assert opened["state"] == "open"
    until(lambda: "betwist, staat stil" in seller.page("/mijn-signalen"))
    until(lambda: "gecorrigeerd" in payer.page("/attenderingen?lijst=nieuw"))
    until(lambda: "Geen treffer meer" in payer.send(f"{dossier}/bevragen"))


def test_what_is_watched_alerts_and_what_is_withdrawn_is_corrected(demo: Demo, seller: Bureau) -> None:
    iban, shop = invented_iban(92_003), Bureau(demo, "lantaarn", "Lotte")
    shop.send("/bewaken", kenmerk=iban, eigen="klant 92003", doel=shop.purpose("/bewaken"), soort="iban")
    job = shop.at
    shop.send(job)
    until(lambda: "Wordt bewaakt" in shop.page(job))
    seller.share(iban)
    until(lambda: "klant 92003" in shop.page("/attenderingen"))
    (signal,) = [row["signaal"] for row in seller.http.get("/mijn-signalen/uitvoer?vorm=json").json() if row["kenmerk"] == iban]
    seller.send("/mijn-signalen/intrekken", signaal=signal, reden="vergissing")
    corrected = until(lambda: [one for one in rows(shop) if one["soort"] == "gecorrigeerd"])
    assert corrected[0]["eigen-kenmerk"] == "klant 92003"


def rows(bureau: Bureau) -> list[dict[str, str]]:
    found = bureau.http.get("/attenderingen/uitvoer?lijst=alles&vorm=json").json()
    return [one for one in found if one["eigen-kenmerk"] == "klant 92003"]


def test_a_circle_without_a_licence_stands_shut_with_its_article(seller: Bureau) -> None:
    for path in ("/kringen", "/delen"):
        text = seller.page(path)
        assert "Dezelfde praktijkkring, zonder vergunning" in text
        assert "UAVG 31, 33 lid 4 en 5" in text
        assert "Wat wel kan:" in text
    iban = invented_iban(92_004)
    fields = {"doel": "zonder-vergunning|0", "zaak": "z", "soort": "iban", "kenmerk": iban}
    answer = seller.http.post("/bevragen", data=fields)
    assert answer.status_code == 403
    assert "UAVG 31, 33 lid 4 en 5" in html.unescape(answer.text)
    assert iban not in str(answer.url)
