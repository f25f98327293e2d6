"""Addresses of the circles' pages."""

from django.urls import path

from sluis.apps.exchange import views

app_name = "exchange"
urlpatterns = [
    path("kringen", views.list_circles, name="list-circles"),
    path("kringen/<str:name>", views.show_circle, name="show-circle"),
]
