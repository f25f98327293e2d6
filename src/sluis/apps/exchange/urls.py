"""Addresses of the portal's pages."""

from django.urls import path

from sluis.apps.exchange import views

app_name = "exchange"
urlpatterns = [
    path("kringen", views.list_circles, name="list-circles"),
    path("kringen/<str:name>", views.show_circle, name="show-circle"),
    path("kringen/<str:name>/beoordeling", views.show_assessment, name="show-assessment"),
    path("kringen/<str:name>/opbrengst", views.show_balance, name="show-balance"),
    path("opbrengst", views.list_balances, name="list-balances"),
    path("doorlatingen", views.list_passages, name="list-passages"),
    path("doorlatingen.csv", views.export_passages, {"kind": "csv"}, name="export-passages-csv"),
    path("doorlatingen.json", views.export_passages, {"kind": "json"}, name="export-passages-json"),
    path("logboek", views.list_entries, name="list-entries"),
    path("controles", views.list_controls, name="list-controls"),
    path("logboek/<int:place>", views.show_entry, name="show-entry"),
    path("logboek/<int:place>/bewijs.json", views.download_proof, name="download-proof"),
    path("proeftuinen", views.list_pilots, name="list-pilots"),
    path("proeftuinen/nieuw/<str:name>", views.propose_pilot, name="propose-pilot"),
    path("proeftuinen/<uuid:pilot>", views.show_pilot, name="show-pilot"),
    path("proeftuinen/<uuid:pilot>/doe", views.act_on_pilot, name="act-on-pilot"),
    path("proeftuinen/<uuid:pilot>/voorstellen/<int:number>", views.decide_on_pilot, name="decide-on-pilot"),
    path("proeftuinen/<uuid:pilot>/evaluatie", views.show_evaluation, name="show-evaluation"),
    path("proeftuinen/<uuid:pilot>/evaluatie/groep", views.offer_evaluation, name="offer-evaluation"),
    path("proeftuinen/<uuid:pilot>/evaluatie.json", views.export_evaluation, name="export-evaluation"),
    path("sjablonen", views.list_templates, name="list-templates"),
    path("sjablonen/<str:template>", views.show_template, name="show-template"),
    path("sleutels", views.show_custody, name="show-custody"),
]
