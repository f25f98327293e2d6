"""Addresses of casework and of the expert group."""

from django.urls import path

from sluis.apps.casework.views import cases, directions, guests, inventory

app_name = "casework"
urlpatterns = [
    path("casuistiek", cases.list_cases, name="list-cases"),
    path("casuistiek/groepen/<uuid:group>", inventory.show_inventory, name="show-inventory"),
    path("casuistiek/groepen/<uuid:group>/inbrengen", inventory.bring_in, name="bring-in"),
    path("casuistiek/knelpunten/<uuid:bottleneck>", inventory.show_entry, name="show-entry"),
    path("casuistiek/knelpunten/<uuid:bottleneck>/cijfers", inventory.score_entry, name="score-entry"),
    path("casuistiek/knelpunten/<uuid:bottleneck>/afvoeren", inventory.drop_entry, name="drop-entry"),
    path("casuistiek/knelpunten/<uuid:bottleneck>/kiezen", cases.open_case, name="open-case"),
    path("casuistiek/<uuid:case>", cases.show_case, name="show-case"),
    path("casuistiek/<uuid:case>/document", cases.add_document, name="add-document"),
    path("casuistiek/<uuid:case>/beoordeling", cases.add_assessment, name="add-assessment"),
    path("casuistiek/<uuid:case>/fase", cases.take_stage, name="take-stage"),
    path("casuistiek/<uuid:case>/poort/vragen", cases.ask_gate, name="ask-gate"),
    path("casuistiek/<uuid:case>/poort/beantwoorden", cases.answer_gate, name="answer-gate"),
    path("casuistiek/<uuid:case>/terug", cases.go_back, name="go-back"),
    path("casuistiek/<uuid:case>/gasten", guests.list_guests, name="list-guests"),
    path("casuistiek/<uuid:case>/gasten/<uuid:guest>/bevestigen", guests.confirm_guest, name="confirm-guest"),
    path("casuistiek/<uuid:case>/gasten/<uuid:guest>/beeindigen", guests.end_guest, name="end-guest"),
    path("casuistiek/gast/<str:secret>", guests.accept_guest, name="accept-guest"),
    path("casuistiek/advies", guests.list_advice, name="list-advice"),
    path("casuistiek/advies/<uuid:case>", guests.show_advice, name="show-advice"),
    path("casuistiek/<uuid:case>/richtingen", directions.show_directions, name="show-directions"),
    path("casuistiek/<uuid:case>/richtingen/nieuw", directions.add_direction, name="add-direction"),
    path("casuistiek/<uuid:case>/werksessie", directions.add_workshop, name="add-workshop"),
    path("casuistiek/<uuid:case>/besluit", directions.add_decision, name="add-decision"),
    path("casuistiek/<uuid:case>/memo", directions.show_memo, name="show-memo"),
    path("casuistiek/<uuid:case>/proeftuin", cases.link_pilot, name="link-pilot"),
    path("casuistiek/<uuid:case>/proeftuin/besluit", cases.add_pilot, name="add-pilot"),
]
