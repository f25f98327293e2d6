"""Addresses of casework and of the expert group."""

from django.urls import path

from sluis.apps.casework.views import inventory

app_name = "casework"
urlpatterns = [
    path("casuistiek", inventory.list_cases, name="list-cases"),
    path("casuistiek/groepen/<uuid:group>", inventory.show_inventory, name="show-inventory"),
    path("casuistiek/groepen/<uuid:group>/inbrengen", inventory.bring_in, name="bring-in"),
    path("casuistiek/knelpunten/<uuid:bottleneck>", inventory.show_entry, name="show-entry"),
    path("casuistiek/knelpunten/<uuid:bottleneck>/cijfers", inventory.score_entry, name="score-entry"),
    path("casuistiek/knelpunten/<uuid:bottleneck>/afvoeren", inventory.drop_entry, name="drop-entry"),
]
