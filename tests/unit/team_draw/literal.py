"""The draw of 3.2.7 written a second time, word by word and slow: no index, no skipped search."""

from collections import deque
from hashlib import sha256

from coordinator.domain.lottery.stream import Stream
from coordinator.domain.team_draw import RosterMember, UnitNeed
from tests.unit.team_draw.instances import KEYS, Instance

Place = tuple[str, int]
Row = tuple[str, int, str, str, str]


def partitions(tags: list[str]) -> list[list[list[str]]]:
    if not tags:
        return [[]]
    found = []
    for rest in partitions(tags[1:]):
        found.append([[tags[0]], *rest])
        found += [[*rest[:i], [tags[0], *rest[i]], *rest[i + 1 :]] for i in range(len(rest))]
    return found


def tags_of(member: RosterMember) -> set[str]:
    return set(member.tags) | ({"leader"} if member.leader else set())


class LiteralDraw:
    def __init__(self, instance: Instance, *, experts: bool = False) -> None:
        self.members = {m.inspector: m for m in instance.roster}
        self.units = {u.unit: u for u in instance.units}
        self.bars = instance.bars
        self.experts = experts
        self.pattern = dict.fromkeys(self.units, 0)

    def supply(self, block: str) -> int:
        return sum(m.available and self.has(m, block) for m in self.members.values())

    def has(self, member: RosterMember, block: str) -> bool:
        return block == "*" or set(block.split("+")) <= tags_of(member)

    def patterns(self, unit: UnitNeed) -> list[list[str]]:
        tags = sorted(unit.tags | ({"leader"} if unit.leader else set()))
        found = [
            sorted("+".join(sorted(block)) for block in partition)
            for partition in partitions(tags)
            if len(partition) <= unit.quota
        ]
        found.sort(key=lambda p: (-min(map(self.supply, p or ["*"])), "|".join(p)))
        return [p + ["*"] * (unit.quota - len(p)) for p in found]

    def fits(self, code: str, place: Place) -> bool:
        member = self.members[code]
        barred = any((o, code) in self.bars for o in self.units[place[0]].objects)
        return member.available and self.has(member, self.block[place]) and not barred

    def team(self, unit: str) -> dict[str, Place]:
        return {c: p for p, c in self.holder.items() if p[0] == unit}

    def load(self, code: str) -> int:
        return self.members[code].prior_load + sum(c == code for c in self.holder.values())

    def below_cap(self, code: str) -> bool:
        return self.load(code) < self.members[code].cap

    def rows(self, most_tries: int = 200) -> list[Row] | None:
        for attempt in range(1, most_tries + 2):
            seen = self.filled()
            if seen is None:
                self.level()
                return sorted(
                    (*p, self.block[p], self.holder.get(p, "-"), self.how[p]) for p in self.order
                )
            units = sorted({p[0] for p in seen if len(self.patterns(self.units[p[0]])) > 1})
            if not units:
                return None
            stream = Stream(KEYS.pattern, f"try{attempt}")
            unit = units[stream.below(len(units))]
            number = len(self.patterns(self.units[unit]))
            self.pattern[unit] = (self.pattern[unit] + 1 + stream.below(number - 1)) % number
        return None

    def filled(self) -> set[Place] | None:
        chosen = {u: self.patterns(self.units[u])[at] for u, at in self.pattern.items()}
        self.block = {(u, n): b for u, p in chosen.items() for n, b in enumerate(p, 1)}
        self.order = sorted(self.block, key=self.slot_key)
        self.holder: dict[Place, str] = {}
        self.how = dict.fromkeys(self.order, "empty")
        for place in self.order:
            if not self.picked(place):
                seen = self.search(place, self.below_cap, "path")
                if seen is not None and not self.experts:
                    return seen
        return None

    def slot_key(self, place: Place) -> tuple[int, bytes]:
        text = KEYS.slot + f"{place[0]}|{place[1]}"
        return self.supply(self.block[place]), sha256(text.encode()).digest()

    def picked(self, place: Place) -> bool:
        team = self.team(place[0])
        fit = [c for c in self.members if self.fits(c, place) and c not in team]
        candidates = [c for c in fit if self.below_cap(c)]
        if not candidates:
            return False
        least = min(map(self.load, candidates))
        drawn = sorted(c for c in candidates if self.load(c) == least)
        index = Stream(KEYS.pick, f"{place[0]}|{place[1]}").below(len(drawn))
        self.holder[place], self.how[place] = drawn[index], "pick"
        return True

    def search(self, start: Place, is_end, how: str) -> set[Place] | None:
        queue, seen, visited = deque([start]), {start}, set()
        via: dict[Place, tuple[str, Place]] = {}
        while queue:
            place = queue.popleft()
            team = self.team(place[0])
            fit = [c for c in sorted(self.members) if self.fits(c, place) and c not in team]
            for code in [c for c in fit if c not in visited]:
                visited.add(code)
                if is_end(code):
                    self.apply(place, code, via, how)
                    return None
                for held in [p for p in self.order if self.holder.get(p) == code]:
                    if held not in seen:
                        seen.add(held)
                        via[held] = (code, place)
                        queue.append(held)
            for code in [c for c in sorted(team) if self.fits(c, place)]:
                if team[code] not in seen:
                    seen.add(team[code])
                    via[team[code]] = (code, place)
                    queue.append(team[code])
        return seen

    def apply(self, place: Place, code: str, via: dict[Place, tuple[str, Place]], how: str) -> None:
        path = [(place, code)]
        while place in via:
            code, place = via[place]
            path.append((place, code))
        for place, code in path:
            self.holder[place], self.how[place] = code, how

    def level(self) -> None:
        done: set[str] = set()
        while True:
            holders = {c for c in self.holder.values() if c not in done}
            if not holders:
                return
            chosen = min(holders, key=lambda c: (-self.load(c), c))
            highest = self.load(chosen)
            if highest - min(self.load(c) for c, m in self.members.items() if m.available) < 2:
                return
            if self.lowered(chosen, highest):
                done.clear()
            else:
                done.add(chosen)

    def lowered(self, chosen: str, highest: int) -> bool:
        def is_end(code: str) -> bool:
            return self.load(code) <= highest - 2 and self.below_cap(code)

        slots = [p for p in self.order if self.holder.get(p) == chosen]
        return any(self.search(place, is_end, "level") is None for place in slots)
