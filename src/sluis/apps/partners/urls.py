"""Addresses of signing in and out."""

from django.contrib.auth import views as auth
from django.urls import path

app_name = "partners"
urlpatterns = [
    path("inloggen", auth.LoginView.as_view(template_name="partners/sign-in.html"), name="sign-in"),
    path("uitloggen", auth.LogoutView.as_view(), name="sign-out"),
]
