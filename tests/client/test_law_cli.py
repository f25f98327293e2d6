"""`sluis law` as somebody types it: no configuration, right answers, every fault at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from sluis.client.cli.main import app
from sluis.core import packaged

CASES = Path(__file__).parent.parent / "vectors" / "legal-cases.yaml"
TELECOM = yaml.safe_load("""
facts: {from: telecom, to: bank, data: [traffic_data], offence: none, subject: customer, purpose: stop_payment,
        technique: pet_hit_no_hit, flags: []}
""")


def run(*argv: str) -> Any:
    return CliRunner().invoke(app, ["law", *argv])


def answers(file: Path, *more: str) -> list[dict[str, Any]]:
    told = run("assess", str(file), "--json", *more)
    assert told.exit_code == 0, told.output
    return json.loads(told.stdout)


def written(folder: Path, value: object) -> Path:
    file = folder / "exchange.yaml"
    file.write_text(yaml.safe_dump(value))
    return file


def test_all_cases_are_answered_as_expected() -> None:
    expected = {case["id"]: case["expected"] for case in yaml.safe_load(CASES.read_bytes())["cases"]}
    found = answers(CASES, "--check")
    assert len(found) == len(expected) == 43
    for one in found:
        assert one["outcome"] == expected[one["id"]]["outcome"]
        assert set(expected[one["id"]].get("rules", ())) <= set(one["rules"])
        assert set(expected[one["id"]].get("conditions", ())) <= set(one["conditions"])


def test_one_exchange_without_a_name_is_answered_with_its_alternative_and_what_the_law_to_come_changes(tmp_path: Path) -> None:
    (found,) = answers(written(tmp_path, TELECOM))
    assert (found["id"], found["outcome"]) == ("0", "niet_mogelijk")
    assert found["reasons"][0]["article"].startswith("Telecommunicatiewet 11.5")
    assert found["what_if"] == {"tw_amendment": "mogelijk_onder_voorwaarden"}
    assert found["alternative"][0]["outcome"] == "mogelijk"
    (later,) = answers(written(tmp_path, TELECOM), "--what-if", "tw_amendment")
    assert later["outcome"] == "mogelijk_onder_voorwaarden"


def test_an_answer_that_is_not_as_expected_ends_with_1_and_names_it(tmp_path: Path) -> None:
    told = run("assess", str(written(tmp_path, [{**TELECOM, "id": "T-1", "expected": {"outcome": "mogelijk"}}])), "--check")
    assert told.exit_code == 1
    assert "not as expected: T-1" in told.output


def test_faults_of_every_exchange_come_at_once(tmp_path: Path) -> None:
    wrong = [
        {"id": "A", "facts": {**TELECOM["facts"], "from": "bakker"}},
        {"id": "B", "facts": {**TELECOM["facts"], "data": []}},
    ]
    told = run("assess", str(written(tmp_path, wrong)), "--json")
    assert told.exit_code == 1
    assert [one["where"] for one in json.loads(told.stdout)["error"]["errors"]] == ["A.from", "B.data"]


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (("assess", "nowhere.yaml"), "geen-bestand"),
        (("assess", str(CASES), "--what-if", "magic"), "onbekend-scenario"),
        (("assess", str(CASES), "--as-of", "tomorrow"), "onjuiste-dag"),
        (("assess", str(CASES), "--rules", str(CASES)), "regels-onjuist"),
        (("rules", "R-NONE"), "onbekende-regel"),
    ],
)
def test_wrong_input_is_told_with_its_code(argv: tuple[str, ...], code: str) -> None:
    told = run(*argv, "--json")
    assert told.exit_code == 1
    assert json.loads(told.stdout)["error"]["code"] == code


@pytest.mark.parametrize("text", ["[", "just words", "[]", "cases: [1]", "cases: [{id: A}]"])
def test_a_file_that_is_no_list_of_exchanges_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "exchange.yaml"
    file.write_text(text)
    assert run("assess", str(file), "--json").exit_code == 1


def test_a_file_that_does_not_read_says_where_and_repeats_nothing(tmp_path: Path) -> None:
    file = tmp_path / "exchange.yaml"
    file.write_text("facts:\n  from: [NL13TEST0123456789\n  to: {")
    told = run("assess", str(file))
    assert told.exit_code == 1
    assert "does not read as YAML at line 3" in told.output
    assert "NL13TEST" not in told.output


def test_a_rule_is_shown_with_its_source_and_whether_it_was_verified() -> None:
    told = run("rules", "R-10-DEFAULT")
    assert "AVG 10; UAVG 31, 33 lid 4 en 5 [verified, in_force]" in told.output
    assert "source: https://" in told.output
    assert len(json.loads(run("rules", "--json").stdout)) == 67


def test_the_difference_of_two_versions_names_rules_and_exchanges_touched(tmp_path: Path) -> None:
    old = tmp_path / "old.yaml"
    old.write_bytes(packaged.read("sluis.core.law", "rules-0.2.yaml"))
    changed = yaml.safe_load(old.read_bytes())
    changed["rules"] = [one for one in changed["rules"] if one["id"] != "R-TW-TRAFFIC"]
    for one in changed["rules"]:
        one["lifts"] = [name for name in one.get("lifts", ()) if name != "R-TW-TRAFFIC"]
    new = tmp_path / "new.yaml"
    new.write_text(yaml.safe_dump(changed))
    told = json.loads(run("diff", str(old), str(new), "--cases", str(CASES), "--json").stdout)
    assert (told["added"], told["removed"], told["changed"]) == ([], ["R-TW-TRAFFIC"], ["R-TW-AMEND"])
    assert {one["id"] for one in told["exchanges"]} == {"LC-06", "DC-IN-GESPREK"}
