"""The rules that the privacykader decides by, each with its article, its source and how sure it is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sluis.apps.privacy import selectors
from sluis.apps.privacy.views import words
from sluis.plumbing.pages import page


@page
def list_rules(request: HttpRequest) -> HttpResponse:
    """Every rule of the version in force."""
    rules = selectors.rules_in_force()
    shown = {"section": "kader", "meta": rules.meta, "rules": [words.rule_view(one) for one in rules.rules]}
    return render(request, "privacy/list-rules.html", shown)


@page
def show_rule(request: HttpRequest, name: str) -> HttpResponse:
    """One rule, whole, and the rules that lift it."""
    rules = selectors.rules_in_force()
    lifting = [words.rule_view(one) for one in rules.rules if name in one.lifts]
    shown = {"section": "kader", "meta": rules.meta, "rule": words.rule_view(rules.rule(name)), "lifting": lifting}
    return render(request, "privacy/show-rule.html", shown)
