"""Facts for the privacykader, assessments of circles and evidence: factories that call services."""

from __future__ import annotations

from typing import Any

import msgspec

from sluis.apps.privacy import services as privacy
from sluis.wire import clock

DAY = 86_400
# Facts of which the rules say: possible, not possible, further research, possible under conditions.
SYNTHETIC: dict[str, Any] = {
    "from": "bank",
    "to": "webshop",
    "data": ["synthetic"],
    "offence": "none",
    "subject": "none",
    "purpose": "research",
    "technique": "pet_hit_no_hit",
    "flags": [],
}
_ACCUSED = {"data": ["account_identifier"], "offence": "suspicion", "subject": "suspect"}
SUSPICION = {**SYNTHETIC, **_ACCUSED, "purpose": "prevent_fraud"}
UNHEARD = {**SYNTHETIC, "from": "fiu", "to": "public", "data": ["phone_number"]}
RISK = {**SUSPICION, "data": ["address"], "offence": "risk_signal", "subject": "customer"}


def assess(circle: bytes, **changes: Any) -> int:
    """Approves an assessment that opens the gate for 60 days, with changes."""
    now = clock.now()
    plain = privacy.AssessmentForm(
        name="PK-1",
        circle=circle,
        exchanges=(SYNTHETIC,),
        promises=("Alleen verzonnen kenmerken",),
        reason="Er is niemand op wie deze gegevens betrekking hebben.",
        from_=now - 60,
        until=now + 60 * DAY,
        approver="J. Verzonnen",
    )
    return privacy.approve(msgspec.structs.replace(plain, **changes))


def register(name: str = "DPIA-1", **changes: Any) -> str:
    """Registers evidence for 30 days, with changes; returns its name."""
    now = clock.now()
    form = privacy.EvidenceForm(
        name=name,
        kind="dpia",
        title="Verzonnen DPIA",
        parties=("Kadebank",),
        scope="Deze kring",
        from_=now - 100,
        until=now + 30 * DAY,
        registrar="J. Verzonnen",
    )
    privacy.register(msgspec.structs.replace(form, **changes))
    return name
