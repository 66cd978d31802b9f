"""The sample county: repeatable, of any size, and accepted by the importer without a doubt."""

import json
import tomllib
from collections import Counter
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
from stdnum.cn import uscc

from coordinator.adapters.imports.item_list import ItemListContext, read_item_list
from coordinator.adapters.imports.registers import load_sources, read
from coordinator.domain.registers import CheckItem
from deploy.local.sample_county.__main__ import main
from deploy.local.sample_county.objects import subject

SOURCES = load_sources()
DEPARTMENTS = [
    "market-regulation",
    "fire-rescue",
    "ecology-environment",
    "health",
    "emergency-management",
]


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("county")
    main(["--out", str(folder), "--year", "2027"])
    return folder


@cache
def items_of(county: Path) -> dict[str, CheckItem]:
    context = ItemListContext(SOURCES.tables, SOURCES.aliases, SOURCES.methods, date(2027, 1, 1))
    readings = [read_item_list(county / f"items-{code}.xlsx", context) for code in DEPARTMENTS]
    assert all(reading.problems == reading.warnings == () for reading in readings)
    return {item.code: item for reading in readings for item in reading.values}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(
    county: Path, tmp_path: Path
) -> None:
    def digests(folder: Path) -> dict[str, str]:
        return {p.name: sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}

    main(["--out", str(tmp_path / "same"), "--year", "2027"])
    main(["--out", str(tmp_path / "other"), "--year", "2027", "--seed", "2"])

    assert digests(tmp_path / "same") == digests(county)
    assert digests(tmp_path / "other")["objects.csv"] != digests(county)["objects.csv"]


def test_a_larger_county_begins_with_the_smaller_one(county: Path, tmp_path: Path) -> None:
    main(["--out", str(tmp_path), "--year", "2027", "--objects", "2000"])

    larger = (tmp_path / "objects.csv").read_text("utf-8-sig").splitlines()

    assert len(larger) == 2001
    assert larger[:651] == (county / "objects.csv").read_text("utf-8-sig").splitlines()


def test_objects_are_accepted_without_a_doubt_and_mixed_as_promised(county: Path) -> None:
    reading = read("objects", county / "objects.csv", SOURCES)

    assert (len(reading.values), reading.problems, reading.warnings) == (650, (), ())
    kinds = Counter(value.kind for value in reading.values)
    assert kinds == {"enterprise": 394, "individual": 192, "premises": 64}
    owners = Counter(value.owner for value in reading.values if value.owner)
    assert owners.most_common(1)[0][1] == 8
    assert set(owners) <= {value.object_id for value in reading.values}
    assert len({value.name for value in reading.values}) == 650


def test_credit_codes_are_valid_by_an_independent_library(county: Path) -> None:
    ids = [value.object_id for value in read("objects", county / "objects.csv", SOURCES).values]
    codes = [object_id.removeprefix("uscc:") for object_id in ids if object_id.startswith("uscc:")]

    assert len(codes) > 500
    assert all(uscc.is_valid(code) for code in codes)


def test_codes_stay_unique_far_beyond_the_default_size() -> None:
    ids = {subject(1, index).object_id for index in range(0, 200_000, 17)}

    assert len(ids) == len(range(0, 200_000, 17))


def test_half_of_the_objects_concern_several_departments(county: Path) -> None:
    plan = json.loads((county / "annual-plan-2027.json").read_text("utf-8"))
    joint = {
        t for line in plan["lines"] if line["kind"] == "joint" for t in line["conditions"]["tags"]
    }
    objects = read("objects", county / "objects.csv", SOURCES).values

    share = sum(bool(joint & set(value.tags)) for value in objects) / len(objects)

    assert 0.45 <= share <= 0.55


def test_item_lists_read_as_the_official_layout_with_shared_checkpoints(county: Path) -> None:
    items = items_of(county)

    per_department = Counter(item.department for item in items.values())
    assert set(per_department) == set(DEPARTMENTS)
    assert all(5 <= number <= 8 for number in per_department.values())
    assert all(item.legal_bases and item.checkpoints for item in items.values())
    askers: dict[str, set[str]] = {}
    for item in items.values():
        for checkpoint in item.checkpoints:
            if checkpoint.shared_code:
                askers.setdefault(checkpoint.shared_code, set()).add(item.department)
    assert sum(len(departments) > 1 for departments in askers.values()) >= 5


def test_inspectors_can_staff_two_per_visit_in_every_department(county: Path) -> None:
    reading = read("inspectors", county / "inspectors.csv", SOURCES)
    day = date(2027, 5, 10)

    assert (len(reading.values), reading.problems) == (120, ())
    ready = [i for i in reading.values if i.is_certified(day, day) and not i.is_absent(day)]
    assert len(ready) == 114
    needed = {(item.department, c) for item in items_of(county).values() for c in item.competences}
    held = Counter((i.department, c) for i in ready for c in i.competences)
    assert all(held[pair] >= 8 for pair in needed)
    leaders = Counter(i.department for i in ready if i.leader)
    assert all(leaders[department] >= 4 for department in DEPARTMENTS)


def test_experts_and_recusals_refer_to_people_and_objects_that_exist(county: Path) -> None:
    experts = read("experts", county / "experts.csv", SOURCES)
    recusals = read("recusals", county / "recusals.csv", SOURCES)
    inspectors = read("inspectors", county / "inspectors.csv", SOURCES).values
    objects = {value.object_id for value in read("objects", county / "objects.csv", SOURCES).values}
    people = {e.expert_id for e in experts.values} | {i.inspector_id for i in inspectors}

    assert (len(experts.values), len({e.field for e in experts.values})) == (8, 3)
    assert (len(recusals.values), recusals.problems) == (15, ())
    assert {recusal.person_id for recusal in recusals.values} <= people
    assert {recusal.object_id for recusal in recusals.values} <= objects


def test_the_plan_names_known_items_and_its_announced_windows_overlap(county: Path) -> None:
    plan = json.loads((county / "annual-plan-2027.json").read_text("utf-8"))
    items, lines = items_of(county), plan["lines"]

    for line in lines:
        assert set(line["items"]) == {line["lead"], *line["participants"]} == set(line["quota"])
        for department, codes in line["items"].items():
            assert codes
            assert {items[code].department for code in codes} == {department}
    announced = [line["window"] for line in lines if line["mode"] == "announced"]
    assert sum(line["kind"] == "joint" for line in lines) >= 5
    assert max(start for start, _ in announced) < min(end for _, end in announced)
    assert all(start >= "2027-04-01" and end <= "2027-06-30" for start, end in announced)
    assert [line["mode"] for line in lines].count("covert") == 1


def test_lines_with_a_general_item_stay_within_one_in_ten(county: Path) -> None:
    plan = json.loads((county / "annual-plan-2027.json").read_text("utf-8"))
    items = items_of(county)

    for line in plan["lines"]:
        codes = [code for codes in line["items"].values() for code in codes]
        if any(items[code].item_class == "general" for code in codes):
            ratios = [stratum["ratio"] for stratum in line["strata"].values()]
            assert all(number * 10 <= of for number, of in ratios)


def test_the_organisation_lists_departments_in_stripe_order(county: Path) -> None:
    organisation = tomllib.loads((county / "organisation.toml").read_text("utf-8"))

    assert [d["code"] for d in organisation["department"]] == DEPARTMENTS
    assert [d["stripe"] for d in organisation["department"]] == [1, 2, 3, 4, 5]
    competences = {entry["code"] for entry in organisation["competence"]}
    assert {c for item in items_of(county).values() for c in item.competences} <= competences


def test_the_organisation_names_level_region_and_the_sections_of_every_organ(county: Path) -> None:
    organisation = tomllib.loads((county / "organisation.toml").read_text("utf-8"))

    assert {(d["level"], d["region"]) for d in organisation["department"]} == {("county", "640221")}
    sections = organisation["section"]
    assert {section["department"] for section in sections} == set(DEPARTMENTS)
    assert len({section["code"] for section in sections}) == len(sections)
    assert all(section["duties"] for section in sections)


@pytest.mark.parametrize("arguments", [["--objects", "-1"], ["--year", "26"], ["--seed", "x"]])
def test_a_wrong_option_is_refused(tmp_path: Path, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as refusal:
        main(["--out", str(tmp_path), *arguments])

    assert refusal.value.code == 2
