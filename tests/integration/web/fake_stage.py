"""A stage in memory on the collections of a FakeStore; real: tests/compliance/staging.py."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic_core import to_jsonable_python

from coordinator.domain.registers.acts import (
    Comparison,
    Difference,
    ImportProblem,
    RegisterAct,
    RegisterKind,
    Version,
)

Rows = list[tuple[int, Any]]


class FakeStage:
    """Rows of acts in a dict by import id; who wrote what, by kind and key."""

    def __init__(self, collections: Mapping[str, Any]) -> None:
        self._collections = collections
        self.rows: dict[str, Rows] = {}
        self.writers: dict[tuple[RegisterKind, object], str] = {}

    def snapshot(self) -> Any:
        return {key: list(rows) for key, rows in self.rows.items()}, dict(self.writers)

    def restore(self, snapshot: Any) -> None:
        self.rows, self.writers = snapshot

    async def put(self, act: RegisterAct, rows: Sequence[tuple[int, Any]]) -> None:
        self.rows.setdefault(act.import_id, []).extend(rows)

    async def put_records(self, act: RegisterAct, records: Sequence[Any]) -> None:
        assert not records, f"{act.import_id}: records are a matter of a database"

    async def note(self, problems: Sequence[ImportProblem]) -> None:
        await self._collections["import_problems"].add(problems)

    async def compare(self, act: RegisterAct) -> Comparison:
        differences = self._differences(act)
        changed = sum(former is not None for _, _, former, _ in differences)
        total = len(self.rows.get(act.import_id, ()))
        return Comparison(len(differences) - changed, changed, total - len(differences))

    async def sample(self, act: RegisterAct, limit: int) -> Sequence[Difference]:
        return [
            _difference(key, row, former, value)
            for row, key, former, value in self._differences(act)[:limit]
        ]

    async def apply(self, act: RegisterAct) -> Comparison:
        comparison = await self.compare(act)
        for _, key, former, value in self._differences(act):
            if former is not None:
                await self._keep(act, key, former)
            await self._collections[act.kind.value].save(value)
            self.writers[act.kind, _plain(key)] = act.import_id
        await self.drop(act.import_id)
        return comparison

    async def values(self, act: RegisterAct) -> Sequence[Mapping[str, Any]]:
        return [to_jsonable_python(value) for _, value in self.rows.get(act.import_id, ())]

    async def drop(self, import_id: str) -> None:
        self.rows.pop(import_id, None)

    async def forget(self, import_id: str) -> None:
        await self.drop(import_id)
        problems = self._collections["import_problems"].values
        for key in [key for key in problems if key[0] == import_id]:
            del problems[key]

    async def left_over(self) -> Sequence[str]:
        return list(self.rows)

    async def remove(self, act: RegisterAct, key: object) -> None:
        parts = key if isinstance(key, tuple) else (key,)
        former = await self._collections[act.kind.value].get(key)
        await self._keep(act, parts, former)
        await self._collections[act.kind.value].remove(key)

    async def present_act(self, kind: RegisterKind, key: object) -> str | None:
        return self.writers.get((kind, key))

    async def touched_since(self, kind: RegisterKind, since: datetime, field: str) -> set[str]:
        acts = self._collections["imports"].values
        recent = {key[0] for key, act in acts.items() if act.applied_at and act.applied_at > since}
        entries = self._collections[kind.value].values.items()
        present = [each for key, each in entries if self.writers.get((kind, _plain(key))) in recent]
        versions = self._collections["register_versions"].values.values()
        former = [each for each in versions if each.kind is kind and each.replaced_at > since]
        return {str(getattr(each, field)) for each in present} | {
            str(each.value[field]) for each in former
        }

    async def number_older(self, kind: RegisterKind, since: datetime) -> int:
        acts = self._collections["imports"].values
        recent = {key[0] for key, act in acts.items() if act.applied_at and act.applied_at > since}
        keys = (_plain(key) for key in self._collections[kind.value].values)
        return sum(self.writers.get((kind, key)) not in recent for key in keys)

    async def number_blank(self, kind: RegisterKind) -> Mapping[str, int]:
        found: dict[str, int] = {}
        for value in self._collections[kind.value].values.values():
            for name, held in to_jsonable_python(value).items():
                if not isinstance(held, bool):
                    found[name] = found.get(name, 0) + (held in (None, "", []))
        return found

    def _differences(self, act: RegisterAct) -> list[tuple[int, tuple[object, ...], Any, Any]]:
        collection = self._collections[act.kind.value]
        found = []
        for row, staged in self.rows.get(act.import_id, ()):
            key = collection._of(staged)
            former = collection.values.get(key)
            value = _brought(act, former, staged)
            if former != value:
                found.append((row, key, former, value))
        return found

    async def _keep(self, act: RegisterAct, key: tuple[object, ...], former: Any) -> None:
        versions = self._collections["register_versions"]
        text = " ".join(map(str, key))
        number = len(await versions.where(kind=act.kind, key=text)) + 1
        version = Version(
            kind=act.kind,
            key=text,
            number=number,
            value=to_jsonable_python(former),
            act_id=self.writers.get((act.kind, _plain(key))),
            replaced_by=act.import_id,
            replaced_at=act.applied_at,
        )
        await versions.add([version])


def _brought(act: RegisterAct, former: Any, value: Any) -> Any:
    """Give the value with the present content of the fields that the act does not bring."""
    if former is None or not act.fields:
        return value
    kept = {name: held for name, held in dict(former).items() if name not in act.fields}
    return value.model_copy(update=kept)


def _plain(key: tuple[object, ...]) -> object:
    return key[0] if len(key) == 1 else key


def _difference(key: tuple[object, ...], row: int, former: Any, value: Any) -> Difference:
    new, text = to_jsonable_python(value), " ".join(map(str, key))
    if former is None:
        return Difference(text, row, {}, new)
    old = to_jsonable_python(former)
    changed = [name for name in new if new[name] != old[name]]
    return Difference(
        text, row, {name: old[name] for name in changed}, {name: new[name] for name in changed}
    )
