"""Addresses of the privacykader."""

from django.urls import path

from sluis.apps.privacy import views

app_name = "privacy"
urlpatterns = [
    path("privacykader", views.ask, name="ask"),
    path("privacykader/politie", views.ask_police, name="ask-police"),
    path("privacykader/techniek", views.choose_technique, name="choose-technique"),
    path("privacykader/matrix", views.show_matrix, name="show-matrix"),
    path("privacykader/matrix.svg", views.draw_matrix, name="draw-matrix"),
    path("privacykader/matrix.csv", views.export_matrix, name="export-matrix"),
    path("privacykader/voorstel", views.propose_assessment, name="propose-assessment"),
    path("privacykader/voorstellen/<str:name>", views.show_proposals, name="show-proposals"),
    path("privacykader/voorstellen/<str:name>/<int:number>", views.decide_proposal, name="decide-proposal"),
    path("privacykader/bewijs", views.register_evidence, name="register-evidence"),
    path("privacykader/registers", views.show_registers, name="show-registers"),
    path("privacykader/noodzaak/<str:name>", views.show_necessity, name="show-necessity"),
    path("privacykader/noodzaak/<str:name>/nieuw", views.propose_necessity, name="propose-necessity"),
    path("privacykader/noodzaak/<str:name>/voorstellen/<int:number>", views.decide_necessity, name="decide-necessity"),
    path("privacykader/regels", views.list_rules, name="list-rules"),
    path("privacykader/regels/<str:name>", views.show_rule, name="show-rule"),
]
