"""Policy profiles: which there are, their figures, and in what two of them differ."""

from fastapi import APIRouter
from pydantic import BaseModel

from coordinator.domain.policy import Policy, difference, figures_of
from coordinator.services.policies import choosable, policy_named
from coordinator.web.dependencies import Reader
from coordinator.web.parts import Parts

router = APIRouter(tags=["规则 policies"])


class ProfileName(BaseModel):
    """A profile; `label` (profile@version) is what a plan keeps."""

    label: str
    profile: str
    version: str
    name: str
    name_en: str


class FigureOut(BaseModel):
    """A figure by dotted path; without a source it is the office's own choice."""

    path: str
    value: str
    source: str | None


class ProfileOut(ProfileName):
    """A profile with its figures."""

    figures: list[FigureOut]


class DifferenceOut(BaseModel):
    """A figure that two profiles set differently."""

    path: str
    before: str | None
    after: str | None


@router.get("/policies", summary="规则目录", operation_id="policies")
async def policies(parts: Parts, person: Reader) -> list[ProfileName]:
    """Give the profiles that a plan can choose."""
    async with parts.open_work(person.actor, writes=False) as work:
        return [_name(each) for each in choosable(work)]


@router.get("/policies/{label}", summary="一份规则", operation_id="policy")
async def policy(label: str, parts: Parts, person: Reader) -> ProfileOut:
    """Give the figures of a profile, by name or as a plan keeps it (profile@version)."""
    async with parts.open_work(person.actor, writes=False) as work:
        found = await policy_named(work, label)
    figures = [
        FigureOut(path=path, value=value, source=found.sources.get(path))
        for path, value in figures_of(found).items()
    ]
    return ProfileOut(**_name(found).model_dump(), figures=figures)


@router.get(
    "/policies/{before}/differences/{after}",
    summary="两份规则的差别",
    operation_id="policy_differences",
)
async def differences(before: str, after: str, parts: Parts, person: Reader) -> list[DifferenceOut]:
    """Give the figures in which two profiles differ."""
    async with parts.open_work(person.actor, writes=False) as work:
        one, other = await policy_named(work, before), await policy_named(work, after)
    return [
        DifferenceOut(path=each.path, before=each.before, after=each.after)
        for each in difference(one, other)
    ]


def _name(found: Policy) -> ProfileName:
    return ProfileName(
        label=found.label,
        profile=found.profile,
        version=found.version,
        name=found.name,
        name_en=found.name_en,
    )
