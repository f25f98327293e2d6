"""Addresses of the pages of closed groups."""

from django.urls import path

from sluis.apps.consent.views import groups, items, outside, reviews

app_name = "consent"
urlpatterns = [
    path("groepen", groups.list_groups, name="list-groups"),
    path("groepen/nieuw", groups.found_group, name="found-group"),
    path("groepen/<uuid:group>", groups.show_group, name="show-group"),
    path("groepen/<uuid:group>/ingaan", groups.join_group, name="join-group"),
    path("groepen/<uuid:group>/verlaten", groups.leave_group, name="leave-group"),
    path("groepen/<uuid:group>/voordragen", groups.propose_member, name="propose-member"),
    path("groepen/<uuid:group>/regel", groups.propose_rule, name="propose-rule"),
    path("groepen/<uuid:group>/besluiten/<uuid:motion>", groups.vote_motion, name="vote-motion"),
    path("groepen/<uuid:group>/stukken", groups.write_item, name="write-item"),
    path("stukken/<uuid:item>", items.show_item, name="show-item"),
    path("stukken/<uuid:item>/wijzigen", items.edit_item, name="edit-item"),
    path("stukken/<uuid:item>/inbrengers", items.credit_member, name="credit-member"),
    path("stukken/<uuid:item>/vrijgave", items.propose_release, name="propose-release"),
    path("stukken/<uuid:item>/vrijgave/<uuid:release>/instemmen", items.agree_release, name="agree-release"),
    path("stukken/<uuid:item>/vrijgave/<uuid:release>/weigeren", items.refuse_release, name="refuse-release"),
    path("stukken/<uuid:item>/vrijgave/<uuid:release>/terugnemen", items.take_back, name="take-back"),
    path("stukken/<uuid:item>/vrijgave/<uuid:release>/intrekken", items.call_off, name="call-off"),
    path("stukken/<uuid:item>/leesronde", items.open_review, name="open-review"),
    path("leesrondes/<uuid:review>", reviews.show_review, name="show-review"),
    path("leesrondes/<uuid:review>/opmerkingen", reviews.add_comment, name="add-comment"),
    path("leesrondes/<uuid:review>/opmerkingen/<uuid:comment>", reviews.settle_comment, name="settle-comment"),
    path("leesrondes/<uuid:review>/gelezen", reviews.finish_review, name="finish-review"),
    path("leesrondes/<uuid:review>/sluiten", reviews.close_review, name="close-review"),
    path("vrijgegeven", outside.list_published, name="list-published"),
    path("vrijgegeven/<uuid:release>", outside.show_published, name="show-published"),
    path("wacht", outside.list_waiting, name="list-waiting"),
    path("noodtoegang", outside.list_glasses, name="list-glasses"),
    path("noodtoegang/<uuid:glass>/openen", outside.open_glass, name="open-glass"),
    path("noodtoegang/<uuid:glass>/lezen", outside.read_glass, name="read-glass"),
]
