"""What happens to a round after the draw: replaced objects, replaced members, dropped checks."""

from tests.contract.verify_draw.records import Folder, Verdict, verdict_on

AT = "2026-07-01T08:00:00Z"


def rows_of(record: Folder, name: str) -> list[list[str]]:
    return [line.split("\t") for line in record.read(name).decode().splitlines()[1:]]


def content_of(name: str, rows: list[list[str]]) -> bytes:
    header = f"#joint-draw/v1\t{name.partition('.')[0]}\t2026-Q3\t-\n"
    lines = ("\t".join(row) + "\n" for row in rows)
    return (header + "".join(sorted(lines))).encode()


def verdict_with(record: Folder, name: str, rows: list[list[str]]) -> Verdict:
    with record.changed(name, content_of(name, rows), with_sums=True):
        return verdict_on(record.path)


def test_exactly_one_object_of_the_reserve_may_replace_a_drawn_one(record: Folder) -> None:
    drawn = [row[0] for row in rows_of(record, "drawn/clean-pools.tsv")]
    frame = [row[0] for row in rows_of(record, "frames/clean-pools.tsv")]

    accepted = [
        other
        for other in frame
        if not verdict_with(
            record, "replaced.tsv", [["clean-pools", drawn[0], other, "closed", AT]]
        ).code
    ]

    assert len(accepted) == 1
    assert accepted[0] not in drawn


def next_of_the_reserve(record: Folder, before: list[list[str]], gone: str, at: str) -> str:
    """The only frame object the verifier accepts as the next replacement."""
    return next(
        row[0]
        for row in rows_of(record, "frames/clean-pools.tsv")
        if not verdict_with(
            record, "replaced.tsv", [*before, ["clean-pools", gone, row[0], "moved", at]]
        ).code
    )


def test_replacements_follow_the_reserve_in_order_of_time(record: Folder) -> None:
    later = AT.replace("01T", "02T")
    drawn = [row[0] for row in rows_of(record, "drawn/clean-pools.tsv")]
    first = next_of_the_reserve(record, [], drawn[0], AT)
    swap = ["clean-pools", drawn[0], first, "moved", AT]
    second = next_of_the_reserve(record, [swap], drawn[1], later)

    chained = [["clean-pools", drawn[0], first, "moved", AT],
               ["clean-pools", first, second, "closed", later]]  # fmt: skip
    swapped = [["clean-pools", drawn[0], second, "moved", AT],
               ["clean-pools", drawn[1], first, "moved", later]]  # fmt: skip
    twice = [["clean-pools", drawn[0], first, "moved", AT],
             ["clean-pools", drawn[0], second, "moved", later]]  # fmt: skip

    assert verdict_with(record, "replaced.tsv", chained).code == 0
    assert verdict_with(record, "replaced.tsv", swapped).code == 1
    assert verdict_with(record, "replaced.tsv", twice).code == 1


def test_exactly_one_inspector_may_replace_a_member(record: Folder) -> None:
    seats = rows_of(record, "teams/market.tsv")
    unit, slot, _, out, _ = seats[0]
    team = {seat[3] for seat in seats if seat[0] == unit}
    people = [row[0] for row in rows_of(record, "rosters/market.tsv")]

    accepted = [
        code
        for code in people
        if not verdict_with(
            record, "members.tsv", [["market", unit, slot, out, code, "recusal", AT]]
        ).code
    ]

    assert len(accepted) == 1
    assert accepted[0] not in team


def test_a_member_who_does_not_hold_the_slot_cannot_be_replaced(record: Folder) -> None:
    first, second, *_ = rows_of(record, "teams/market.tsv")
    unit, slot = first[:2]

    change = ["market", unit, slot, second[3], first[3], "recusal", AT]
    unknown = ["nobody", unit, slot, first[3], second[3], "recusal", AT]

    assert verdict_with(record, "members.tsv", [change]).code == 1
    assert verdict_with(record, "members.tsv", [unknown]).code == 1


def test_a_check_may_be_missing_only_if_it_was_dropped(record: Folder) -> None:
    checks, visits = rows_of(record, "checks.tsv"), rows_of(record, "visits.tsv")
    visit_of = {(row[1], row[2], row[3]): row[0] for row in visits}
    groups: dict[tuple[str, str], list[list[str]]] = {}
    for row in checks:
        groups.setdefault((visit_of[row[0], row[2], row[4]], row[3]), []).append(row)
    gone = next(
        group[-1]
        for group in groups.values()
        if len({(row[2], row[0]) for row in group}) == 1 and len(group) > 1
    )
    kept_visits = [row for row in visits if row[1:4] != [gone[0], gone[2], gone[4]]]
    shortened = "\n".join(
        [record.read("visits.tsv").decode().splitlines()[0], *map("\t".join, kept_visits), ""]
    )
    dropped = [[gone[0], gone[2], gone[4], "recognised", "visit-2026-0007"]]
    remaining = content_of("checks.tsv", [row for row in checks if row != gone])

    with (
        record.changed("visits.tsv", shortened.encode(), with_sums=True),
        record.changed("checks.tsv", remaining, with_sums=True),
    ):
        silent = verdict_on(record.path)
        with record.changed("dropped.tsv", content_of("dropped.tsv", dropped), with_sums=True):
            told = verdict_on(record.path)

    assert silent.code == 1
    assert told.code == 0, told.text
