"""Addresses of the log."""

from django.urls import path

from sluis.apps.audit import views

app_name = "audit"
urlpatterns = [
    path("log/checkpoint", views.show_checkpoint, name="show-checkpoint"),
    path("log/tile/<path:path>", views.show_tile, name="show-tile"),
]
