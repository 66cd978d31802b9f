"""A reference locality in a play: its lists come as files, its plan stands under its own profile.

People, firms and numbers are invented; the codes are valid by their check digits.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient, Response

from coordinator.adapters.db.unit_of_work import UnitOfWork, transaction
from coordinator.adapters.policy_files import read_policy
from coordinator.bootstrap import Coordinator
from coordinator.bootstrap.reading import read_import
from coordinator.bootstrap.seeding import seed
from coordinator.domain.annual_plan import Breach, PlanLine
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.acts import Channel, RegisterAct, RegisterKind
from coordinator.domain.registers.organisation import Department
from coordinator.domain.registers.sections import Section
from coordinator.services import annual_plan, registers
from coordinator.services.directory import Credential, LoginSession
from coordinator.services.ports import Actor
from coordinator.services.registers import Source
from coordinator.settings import Settings
from coordinator.web.app import WebParts
from coordinator.web.identity import digest_of
from deploy.local.sample_county.credit_codes import credit_code
from tests.builders import POLICIES, a_department
from tests.play import AUDITOR, Play, key_of, office, start
from tests.shared_app import documents, shared_app
from tests.snapshots import Snapshot, migrated_file, snapshot, sqlite_url
from tests.unit.imports.files import write_rows, write_xlsx

ITEM_COLUMNS = (
    "编制单位名称",
    "序号",
    "抽查类别",
    "抽查事项",
    "检查对象",
    "事项类别",
    "检查方式",
    "检查主体",
    "检查依据",
    "事项编码",
)
CLERK, CHIEF = office("office-a"), office("office-b")


@dataclass
class Locality:
    """A county's office under its profile; `folder` is where the files it brings lie."""

    play: Play
    folder: Path
    profile: str

    def work(self, actor: Actor = CLERK) -> AbstractAsyncContextManager[UnitOfWork]:
        return self.play.work(actor)

    def reading(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """Open a transaction of the auditor, who reads everything."""
        return transaction(self.play.around, AUDITOR, writes=False)

    @property
    def parts(self) -> Coordinator:
        around = self.play.around
        settings = Settings(data_folder=self.folder)
        return Coordinator(settings, around.engine, around.clock, around)

    def on(self, day: date) -> None:
        """Go to the morning of a day."""
        self.play.clock.go_to(day)

    async def bring(self, kind: RegisterKind, path: Path) -> RegisterAct:
        """Import a file as the office does: read into the stage, compared, applied as a whole."""
        async with self.work() as work:
            act = await registers.open_import(
                work, kind, Source(name=path.name, channel=Channel.UPLOAD)
            )
        read = await read_import(self.parts, act.import_id, path)
        assert (read.act.failure, read.act.number_refused) == (None, 0)
        async with self.work() as work:
            return await registers.apply_import(work, act.import_id)

    async def bring_rows(
        self, kind: RegisterKind, rows: Sequence[Mapping[str, str]]
    ) -> RegisterAct:
        """Write a directory as CSV and import it."""
        return await self.bring(kind, write_rows(self.folder / f"{kind.value}.csv", *rows))

    async def bring_items(self, rows: Sequence[Sequence[str]], title: str) -> RegisterAct:
        """Write an item list as the departments send it, a title over its columns; import it."""
        path = write_xlsx(self.folder / "items.xlsx", [[title], ITEM_COLUMNS, *rows])
        return await self.bring(RegisterKind.ITEM_LIST, path)

    async def draft(self, plan_id: str, year: int, title: str, lines: Iterable[PlanLine]) -> None:
        """Draft a plan under the locality's profile."""
        draft = annual_plan.PlanDraft(
            plan_id=plan_id, year=year, title=title, lines=tuple(lines), policy=self.profile
        )
        async with self.work() as work:
            await annual_plan.draft_plan(work, draft)

    async def adopt(self, plan_id: str, number: str) -> None:
        """Submit a draft and let another person adopt it under its file number.

        Where the profile warns of what its own rules ask for, the clerk says so.
        """
        async with self.work(CLERK) as work:
            if await annual_plan.plan_frequency(work, plan_id):
                await annual_plan.answer_for_plan(work, plan_id, "按规定每半年检查一次")
            await annual_plan.submit_plan(work, plan_id)
        async with self.work(CHIEF) as work:
            await annual_plan.adopt_plan(work, plan_id, number)

    async def refusal(self, plan_id: str, *lines: PlanLine) -> tuple[Breach, ...]:
        """Hand a draft in with these lines changed; it is refused, and stays as it was."""
        with pytest.raises(RuleBrokenError) as refused:
            await self._hand_in_with(plan_id, lines)
        assert refused.value.rule is Rule.PLAN_BREACHES
        found: Any = refused.value.facts["breaches"]
        return tuple(Breach(**each) for each in found)

    async def _hand_in_with(self, plan_id: str, lines: Iterable[PlanLine]) -> None:
        async with self.work() as work:
            for line in lines:
                await annual_plan.save_line(work, plan_id, line)
            await annual_plan.submit_plan(work, plan_id)

    async def lines(self, plan_id: str) -> dict[str, PlanLine]:
        """Give a plan's lines by code."""
        async with self.reading() as work:
            found = await work.plan_lines.where(plan_id=plan_id)
        return {line.code: line for line in found}

    def visitor(self) -> AsyncClient:
        """Give a browser on the office's site, nobody logged in."""
        return AsyncClient(transport=ASGITransport(self._site), base_url="http://office")

    @cached_property
    def _site(self) -> FastAPI:
        parts = WebParts(
            open_work=lambda actor, *, writes=True: transaction(
                self.play.around, actor, writes=writes
            ),
            documents=documents(),
            new_token=token_hex,
            machine_now=self.play.clock.now,
            office_name="联席会议办公室",
            secure_cookies=False,
            rehearsal=True,
            version="0",
            zone="Asia/Shanghai",
        )
        return shared_app(parts)

    async def get(self, path: str, *, as_office: bool = False) -> Response:
        """Ask the site for a page or a file: as anybody, or as the office's clerk."""
        async with self.visitor() as visitor:
            if as_office:
                visitor.cookies.set("onevisit", await self._logged_in())
            return await visitor.get(path)

    async def _logged_in(self) -> str:
        """Open a session of the office's clerk; gives the token of its cookie."""
        token, name = token_hex(), CLERK.name
        person = Credential(login=name, name=name, password="", role=CLERK.role)
        until = self.play.clock.now() + timedelta(hours=1)
        session = LoginSession(
            token_digest=digest_of(token), login=name, csrf=token, expires_at=until
        )
        async with self.work() as work:
            await work.credentials.save(person)
            await work.sessions.save(session)
        return token

    async def keep(self) -> Snapshot:
        """Close the office and keep its database, for tests that go on from here."""
        file = self.play.around.engine.url.database
        assert file is not None
        return await snapshot(self.play, Path(file))


async def found(folder: Path, profile: str, opened: date) -> Locality:
    """Open an office on an empty database: its profile, the calendar, the table of regions."""
    file = await migrated_file(folder / f"{profile}.db")
    place = _under(profile, start(sqlite_url(file), folder), folder)
    place.on(opened)
    await seed(place.parts)
    return place


def go_on(kept: Snapshot, folder: Path, profile: str) -> Locality:
    """Open a copy of a kept office."""
    return _under(profile, kept.resume(folder), folder)


def _under(profile: str, play: Play, folder: Path) -> Locality:
    play.around = replace(play.around, policy=read_policy(POLICIES, profile))
    return Locality(play, folder, profile)


def organ(code: str, name: str, region: str, position: int) -> Department:
    """Give a county organ with its signing key."""
    key = json.dumps(key_of(code).public_jwk())
    values = {"name": name, "short_name": name, "region": region, "position": position}
    return a_department(code, public_key=key, **values)


def section(code: str, department: str, name: str, *duties: str) -> Section:
    return Section(code=code, department=department, name=name, duties=duties)


def firm(number: int, region: str, tag: str, **cells: str) -> dict[str, str]:
    """Give a firm's row of the objects directory; further cells by the title of their column."""
    row = {
        "统一社会信用代码": credit_code("91", region, number),
        "企业名称": f"样例第{number}号商行有限公司",
        "主体类型": "企业",
        "行政区划代码": region,
        "行业代码": "F5299",
        "住所": f"建设街{number}号",
        "登记状态": "存续",
        "监管标签": tag,
        "重点单位": "否",
        "事件": "",
        "严重违法失信名单": "否",
    }
    return row | cells


def object_id(number: int, region: str) -> str:
    return f"uscc:{credit_code('91', region, number)}"


def officer(number: int, department: str, section_name: str, **cells: str) -> dict[str, str]:
    """Give an officer's row of the inspectors directory."""
    row = {
        "人员编号": f"p-{number:03d}",
        "部门": department,
        "科室": section_name,
        "姓名": "赵钱孙李周吴郑王"[number % 8] + "安平宁康"[number % 4],
        "性别": "女" if number % 2 else "男",
        "执法证号": f"ZF-{number:05d}",
        "证件有效期自": "2023-01-01",
        "证件有效期至": "2028-12-31",
        "职务": "科员",
        "可带队": "否",
        "分组": section_name,
        "资质": "",
    }
    return row | cells


def expert(number: int, field: str) -> dict[str, str]:
    """Give an expert's row of the experts directory."""
    return {
        "专家编号": f"e-{number:03d}",
        "姓名": f"{'冯陈褚卫'[number % 4]}工",
        "专业领域": field,
        "单位": "职业技术学院",
        "职称资质": "高级工程师",
    }


def told(breaches: Iterable[Breach], rule: Rule) -> list[dict[str, Any]]:
    """Give what the breaches of one rule say: line, figures, and remedy under its own name."""
    return [
        {**each["facts"], "line": each["line"], "remedy": dict(each["remedy"])}
        for each in map(asdict, breaches)
        if each["rule"] is rule
    ]
