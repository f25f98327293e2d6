"""Addresses of signing in and out, and of one's own account."""

from django.urls import include, path
from django.views.i18n import JavaScriptCatalog
from django_otp_webauthn.views import BeginCredentialAuthenticationView

from sluis.apps.partners import views
from sluis.apps.partners.views import circles, directory, joining, leaving, passkeys, people, pipeline

app_name = "partners"
urlpatterns = [
    path("inloggen", views.sign_in, name="sign-in"),
    path("inloggen/code", views.enter_code, name="enter-code"),
    path("inloggen/tweede-stap", views.add_factor, name="add-factor"),
    path("inloggen/toegangssleutel", views.sign_in_with_passkey, name="sign-in-with-passkey"),
    path("inloggen/via/<slug:slug>", views.begin_outside, name="begin-outside"),
    path("inloggen/via/<slug:slug>/terug", views.end_outside, name="end-outside"),
    path("uitloggen", views.sign_out, name="sign-out"),
    path("werkt-voor", views.choose_organisation, name="choose-organisation"),
    path("account", views.show_account, name="show-account"),
    path("account/wachtwoord", views.change_password, name="change-password"),
    path("account/herstelcodes", views.renew_recovery_codes, name="renew-recovery-codes"),
    path("account/toegangssleutels", views.show_passkeys, name="show-passkeys"),
    path("account/toegangssleutels/<int:number>/weg", views.remove_passkey, name="remove-passkey"),
    path("mensen", people.list_people, name="list-people"),
    path("mensen/uitnodigen", people.propose_invitation, name="propose-invitation"),
    path("mensen/rol", people.propose_role, name="propose-role"),
    path("mensen/voorstellen/<int:number>", people.decide, name="decide-on-role"),
    path("mensen/voorstellen/<int:number>/terug", people.withdraw, name="withdraw-proposal"),
    path("mensen/<int:number>/stoppen", people.end_role, name="end-role"),
    path("aansluiten", joining.apply, name="apply"),
    path("aansluiten/<str:reference>/<str:secret>", joining.follow, name="follow-application"),
    path("aanmeldingen", pipeline.list_applications, name="list-applications"),
    path("aanmeldingen/<int:number>", pipeline.show_application, name="show-application"),
    path("aanmeldingen/<int:number>/doe", pipeline.act_on_application, name="act-on-application"),
    path("vertrek", leaving.show_leaving, name="show-leaving"),
    path("vertrek/gegevens.json", leaving.download_own_data, name="download-own-data"),
    path("vertrek/voorstellen", leaving.propose_leaving, name="propose-leaving"),
    path("vertrek/voorstellen/<int:number>", leaving.decide_leaving, name="decide-leaving"),
    path("vertrokken/<str:secret>", leaving.show_departure, name="show-departure"),
    path("vertrokken/<str:secret>/<slug:name>.json", leaving.download_departure, name="download-departure"),
    path("wie-vraagt-u-waarvoor", directory.show_directory, name="show-directory"),
    path("wie-vraagt-u-waarvoor/eigen", directory.edit_directory, name="edit-directory"),
    path("wie-vraagt-u-waarvoor/contactpunt", directory.set_contact_point, name="set-contact-point"),
    path("wie-vraagt-u-waarvoor/kring", directory.propose_showing, name="propose-showing"),
    path("wie-vraagt-u-waarvoor/kring/<int:number>", directory.decide_showing, name="decide-showing"),
    path("kringen/<str:name>/regels", circles.show_rules, name="show-rules"),
    path("kringen/<str:name>/regels/voorstellen", circles.act_on_rules, name="act-on-rules"),
    path("kringen/<str:name>/regels/voorstellen/<int:number>", circles.decide_on_rules, name="decide-on-rules"),
    path("uitnodiging/<str:secret>", people.accept_invitation, name="accept-invitation"),
]
# The library's script asks these by the names it knows them by.
_PASSKEYS = [
    path("registration/begin", passkeys.BeginRegistration.as_view(), name="credential-registration-begin"),
    path("registration/complete", passkeys.CompleteRegistration.as_view(), name="credential-registration-complete"),
    path("authentication/begin", BeginCredentialAuthenticationView.as_view(), name="credential-authentication-begin"),
    path("authentication/complete", passkeys.CompleteAuthentication.as_view(), name="credential-authentication-complete"),
    path("woorden.js", JavaScriptCatalog.as_view(packages=["django_otp_webauthn"]), name="js-i18n-catalog"),
]
passkey_urls = [path("inloggen/passkey/", include((_PASSKEYS, "otp_webauthn")))]
