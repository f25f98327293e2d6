"""`sluis law`: ask the privacykader about an exchange, read its rules, compare versions. No configuration needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from sluis.client.cli import options, output
from sluis.client.cli.options import Json
from sluis.core import errors
from sluis.core.law import asking, bodies, rules
from sluis.core.law.asking import Question
from sluis.core.law.assessing import TODAY, Answer, World
from sluis.core.law.bodies import Assessed, Instead
from sluis.core.law.rules import Rule, RuleSet

app = typer.Typer(no_args_is_help=True, help="The privacykader: may this be shared? A decision aid, no legal advice.")
RulesFile = Annotated[Path | None, typer.Option("--rules", help="A rule set of your own, as YAML; else the newest shipped.")]
WhatIf = Annotated[list[str] | None, typer.Option("--what-if", help="Take law to come as law: psr, amlr, tw_amendment.")]
AsOf = Annotated[str, typer.Option("--as-of", help="The law of this day, as 2027-07-10.")]


@app.command()
def assess(
    file: Annotated[Path, typer.Argument(help="YAML or JSON: one exchange, a list, or a list under `cases` or `circles`.")],
    what_if: WhatIf = None,
    as_of: AsOf = "",
    check: Annotated[bool, typer.Option("--check", help="Exit 1 when an answer is not as `expected` says.")] = False,
    rules_file: RulesFile = None,
    as_json: Json = False,
) -> None:
    """Answer for each exchange in a file: outcome, rules, conditions, reasons, and the nearest that is possible."""
    with output.told(as_json=as_json):
        known = _rules(rules_file)
        given, world = _loaded(file), World(asking.scenarios(what_if or [], known), asking.day(as_of))
        answers = asking.weigh(_questions(given), known, world=world)
        found = [bodies.told(name, answer, known) for name, answer in answers]
        output.show(found, lambda: "\n\n".join(_in_words(one, known) for one in found), as_json=as_json)
        expected = (one.get("expected", {}) for one in given)
        wrong = [name for (name, answer), told in zip(answers, expected, strict=True) if not _is_as(answer, told)]
        if check and wrong:
            typer.echo(f"not as expected: {', '.join(wrong)}", err=True)
            raise SystemExit(output.REFUSED)


@app.command(name="rules")
def show_rules(
    names: Annotated[list[str] | None, typer.Argument(help="Ids of rules; all when none is given.")] = None,
    rules_file: RulesFile = None,
    as_json: Json = False,
) -> None:
    """Show rules with article, source, and whether that was verified or inferred."""
    with output.told(as_json=as_json):
        known = _rules(rules_file)
        found = [known.rule(name) for name in names] if names else list(known.rules)
        output.show(found, lambda: "\n\n".join(map(_rule_in_words, found)), as_json=as_json)


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="The rule set before.")],
    new: Annotated[Path, typer.Argument(help="The rule set after.")],
    file: Annotated[Path | None, typer.Option("--cases", help="Exchanges, as for assess: which answers change.")] = None,
    as_json: Json = False,
) -> None:
    """Compare two rule sets: rules added, removed and changed, and the exchanges whose answer changes."""
    with output.told(as_json=as_json):
        before, after = rules.parse(options.octets(old)), rules.parse(options.octets(new))
        found = rules.difference(before, after)
        touched = list(_touched(_loaded(file), before, after)) if file else []
        told = {"added": found.added, "removed": found.removed, "changed": found.changed, "exchanges": touched}
        output.show(told, lambda: "\n".join(_difference(told)), as_json=as_json)


def _rules(file: Path | None) -> RuleSet:
    return rules.parse(options.octets(file)) if file else rules.packaged_version()


def _loaded(file: Path) -> list[Mapping[str, Any]]:
    """The exchanges in a file, whatever of the three shapes it has."""
    try:
        told = yaml.load(options.octets(file), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        place = getattr(error, "problem_mark", None)
        where = f" at line {place.line + 1}" if place else ""
        # The words of the library repeat the line, which may hold an identifier.
        raise errors.Malformed(f"The file does not read as YAML{where}.") from None
    if isinstance(told, Mapping):
        told = told.get("cases") or told.get("circles") or [told]
    if not isinstance(told, list) or not told or not all(isinstance(one, Mapping) and "facts" in one for one in told):
        raise errors.Malformed("Give exchanges, each with `facts`; or a list of them under `cases` or `circles`.")
    return told


def _questions(given: list[Mapping[str, Any]]) -> list[Question]:
    return [Question(str(one.get("id", place)), one["facts"], tuple(one.get("what_if", ()))) for place, one in enumerate(given)]


def _is_as(answer: Answer, expected: Mapping[str, Any]) -> bool:
    asked = (("rules", answer.rules), ("conditions", tuple(answer.conditions)))
    return answer.outcome == expected.get("outcome", answer.outcome) and all(
        set(expected.get(name, ())) <= set(held) for name, held in asked
    )


def _in_words(told: Assessed, known: RuleSet) -> str:
    lines = [f"{told.id}  {told.outcome}"]
    lines += [f"  {one.article} [{one.confidence}]: {one.reason_nl}" for one in told.reasons]
    lines += [f"  {code}: {known.conditions[code].nl} ({known.conditions[code].article})" for code in told.conditions]
    lines += [f"  {name} is lifted by {', '.join(found) or 'no rule'}" for name, found in told.lifted_by.items()]
    lines += [f"  if {name} were law: {outcome}" for name, outcome in told.what_if.items()]
    lines += [f"  possible instead: {_changes(one)} -> {one.outcome}" for one in told.alternative]
    return "\n".join(lines)


def _changes(one: Instead) -> str:
    return "; ".join(
        f"{change['field']}: {', '.join(change['without']) or '-'} -> {', '.join(change['with']) or '-'}"
        for change in one.changes
    )


def _rule_in_words(rule: Rule) -> str:
    when = "; ".join(f"{key} {', '.join(codes)}" for key, codes in rule.when_.items())
    lines = [f"{rule.id}  {rule.effect}  {rule.title_nl}"]
    lines += [f"  {rule.article} [{rule.confidence}, {rule.status}]", f"  when: {when}"]
    lines += [f"  lifts: {', '.join(rule.lifts)}"] if rule.lifts else []
    lines += [f"  conditions: {', '.join(rule.conditions)}"] if rule.conditions else []
    return "\n".join([*lines, f"  {rule.explanation_nl}", *(f"  source: {one}" for one in rule.source)])


def _touched(given: list[Mapping[str, Any]], before: RuleSet, after: RuleSet) -> Iterator[dict[str, str]]:
    old, new = (asking.weigh(_questions(given), rules, world=TODAY) for rules in (before, after))
    for (name, first), (_name, second) in zip(old, new, strict=True):
        if first.outcome != second.outcome or tuple(first.conditions) != tuple(second.conditions):
            yield {"id": name, "before": first.outcome, "after": second.outcome}


def _difference(told: Mapping[str, Any]) -> Iterator[str]:
    for name in ("added", "removed", "changed"):
        yield f"{name}: {', '.join(told[name]) or 'none'}"
    for one in told["exchanges"]:
        yield f"{one['id']}: {one['before']} -> {one['after']}"
