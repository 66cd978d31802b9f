"""The table of regions: codes in use and ended ones with what took over from them."""

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.registers.organisation import Region
from coordinator.services.ports import Role
from coordinator.web.console.frame import InConsole
from coordinator.web.language import _, later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import Names
from coordinator.web.words import states_of

router = APIRouter()


@router.get("/console/regions")
async def regions(console: InConsole) -> Response:
    """List the region codes."""
    spec: ListSpec[Region] = ListSpec(
        title=later("行政区划"),
        columns=(
            Column(later("代码"), "code", "code", order="code"),
            Column(later("名称"), "name", note=_validity),
            Column(later("层级"), "level", "state:level", order="level"),
            Column(later("上级代码"), "parent", "code", order="parent"),
            Column(later("接替的代码"), "successor", "code"),
        ),
        filters=(
            Filter("level", later("全部层级"), states_of("level")),
            Filter("parent", later("上级代码"), typed=True),
        ),
        order="code",
        empty=later("还没有区划表。"),
        empty_next=later("用 onevisit import regions 导入，或在登记库变更中上传。"),
        search_label=later("代码或名称"),
    )
    may_import = console.actor.role is Role.OFFICE
    async with console.reading() as work:
        return await console.show_list(
            work,
            work.regions,
            spec,
            template="departments/regions.html",
            may_import=may_import,
        )


def _validity(region: Region, _names: Names) -> str:
    if region.valid_to is not None:
        return _("%(date)s 停用") % {"date": region.valid_to.isoformat()}
    if region.valid_from is not None:
        return _("%(date)s 启用") % {"date": region.valid_from.isoformat()}
    return ""
