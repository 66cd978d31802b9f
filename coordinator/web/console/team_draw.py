"""Teams: every seat, who drew it, and how."""

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.dispatch import TeamMember
from coordinator.services.ports import Work
from coordinator.web.console.checklist_merge import round_options
from coordinator.web.console.frame import InConsole
from coordinator.web.console.task_numbers import Numbered
from coordinator.web.dependencies import Overseer
from coordinator.web.language import _, later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.words import how_word

router = APIRouter()


def _spec(
    names: Names,
    people: dict[str, str],
    rounds: list[tuple[str, str]],
    numbered: Numbered[TeamMember],
) -> ListSpec[TeamMember]:
    return ListSpec(
        title=later("检查组"),
        columns=(
            Column(
                later("人员"),
                lambda each, _names: people.get(each.person_id, each.person_id),
                kind="strong",
                note=lambda each, _names: each.person_id,
            ),
            Column(
                later("部门"),
                lambda each, _names: (each.department,),
                kind="departments",
                order="department",
            ),
            Column(later("身份"), lambda each, _names: part_of(each)),
            Column(later("抽取方式"), lambda each, _names: how_word(each.how)),
            Column(
                later("任务"),
                lambda each, _names: numbered.number_of(each),
                kind="code",
                href=lambda each: f"/console/visits/{each.visit_id}",
                order="visit_id",
            ),
        ),
        filters=(
            Filter("round_id", later("全部批次"), rounds),
            Filter("department", later("全部部门"), names.department_options()),
            Filter("leader", later("组长与组员"), [("true", _("组长"))]),
        ),
        order="visit_id",
        empty=later("还没有检查组。"),
        empty_next=later("抽取对象后，检查组在合格人员中随机抽取。"),
        search_label=later("人员编号或任务编号"),
    )


@router.get("/console/teams")
async def teams(console: InConsole, _person: Overseer) -> Response:
    """List the seats of all teams."""
    async with console.reading() as work:
        names = await load_names(work)
        people = await people_names(work)
        numbered = Numbered(work, work.team)
        spec = _spec(names, people, await round_options(work), numbered)
        return await console.show_list(work, numbered, spec, names=names)


async def people_names(work: Work) -> dict[str, str]:
    """Give the names of inspectors and experts by id."""
    inspectors = {each.inspector_id: each.name for each in await work.inspectors.where()}
    return inspectors | {each.expert_id: each.name for each in await work.experts.where()}


def part_of(member: TeamMember) -> str:
    """Say what somebody is in a team."""
    if member.leader:
        return _("组长")
    return _("专家") if member.expert else _("组员")
