"""Who exchanges messages with the office: broker users, queues, signing keys."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from pydantic import Field

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.signing_keys import DepartmentKey
from coordinator.services import participants, signing_keys
from coordinator.services.participants import Issued
from coordinator.services.ports import CreditSystem, Participant, ParticipantKind, Role, Work
from coordinator.services.signing_keys import KeyOffer
from coordinator.web.acts import AREA, Act, Entry, Keys, add_acts
from coordinator.web.api.messages import WhyEntry
from coordinator.web.dependencies import Overseer
from coordinator.web.language import later
from coordinator.web.parts import Parts

TAG = "参与方 participants"
router = APIRouter(tags=[TAG])
_NUMBER: dict[str, Any] = {"widget": "number"}


class CreditSystemEntry(Entry):
    """A credit information system that is to take part."""

    code: str = Field(title=later("代码"), min_length=1, max_length=63)
    name: str = Field(title=later("中文名称"), min_length=1, max_length=200)
    name_en: str = Field(title=later("英文名称"), min_length=1, max_length=200)


class KeyEntry(Entry):
    """A public JWK, and for how many days the key before it still counts."""

    public_key: str = Field(
        title=later("公钥（JWK）"),
        description=later("onevisit-agent new-key 打印的那一行。"),
        min_length=1,
        max_length=5000,
        json_schema_extra=AREA,
    )
    old_days: int = Field(
        default=0,
        title=later("原公钥继续有效的天数"),
        description=later("其间两把密钥的签名都予承认；0 表示新公钥登记后原公钥立即失效。"),
        ge=0,
        le=3660,
        json_schema_extra=_NUMBER,
    )


class OfficeKeyEntry(Entry):
    """When the office's new key begins to sign, and how long the old one verifies after that."""

    after_hours: int = Field(
        title=later("多少小时后开始用新密钥签名"),
        description=later("各部门和信用平台须在此之前取得新的公钥集。"),
        ge=0,
        le=8784,
        json_schema_extra=_NUMBER,
    )
    old_days: int = Field(
        title=later("此后原公钥继续有效的天数"),
        description=later("应长于任何部门可能离线的时间。"),
        ge=1,
        le=3660,
        json_schema_extra=_NUMBER,
    )


class EmptyEntry(WhyEntry):
    """Why queues go, and how many messages the person saw in them, which may be none."""

    number: int = Field(title=later("您看到的条数"), ge=0, json_schema_extra=_NUMBER)


async def _add(work: Work, _keys: Keys, entry: CreditSystemEntry) -> Issued:
    system = CreditSystem(code=entry.code, name=entry.name, name_en=entry.name_en)
    return await participants.add_credit_system(work, system)


async def _provision(work: Work, keys: Keys, _entry: None) -> Issued:
    return await participants.provision(work, participant_of(keys))


async def _rotate(work: Work, keys: Keys, _entry: None) -> Issued:
    return await participants.rotate_password(work, participant_of(keys))


async def _shut_out(work: Work, keys: Keys, entry: WhyEntry) -> None:
    await participants.shut_out(work, participant_of(keys), entry.reason)


async def _remove_queues(work: Work, keys: Keys, entry: EmptyEntry) -> None:
    await participants.remove_queues(work, participant_of(keys), entry.number, entry.reason)


async def _propose(work: Work, keys: Keys, entry: KeyEntry) -> DepartmentKey:
    until = work.now() + timedelta(days=entry.old_days) if entry.old_days else None
    return await signing_keys.propose_key(work, keys["organ"], KeyOffer(entry.public_key, until))


async def _confirm(work: Work, keys: Keys, _entry: None) -> DepartmentKey:
    return await signing_keys.confirm_key(work, keys["key_id"])


async def _reject(work: Work, keys: Keys, entry: WhyEntry) -> DepartmentKey:
    return await signing_keys.reject_key(work, keys["key_id"], entry.reason)


async def _revoke(work: Work, keys: Keys, entry: WhyEntry) -> DepartmentKey:
    return await signing_keys.revoke_key(work, keys["organ"], keys["key_id"], entry.reason)


async def _rotate_office(work: Work, _keys: Keys, entry: OfficeKeyEntry) -> None:
    signs_from = work.now() + timedelta(hours=entry.after_hours)
    until = signs_from + timedelta(days=entry.old_days)
    await signing_keys.rotate_office_key(work, signs_from, until)


async def _revoke_office(work: Work, keys: Keys, entry: WhyEntry) -> None:
    await signing_keys.revoke_office_key(work, keys["key_id"], entry.reason)


def participant_of(keys: Keys) -> Participant:
    """Read kind and code of a path; NOT_FOUND for a kind that is none."""
    if keys["kind"] not in set(ParticipantKind):
        raise RuleBrokenError(Rule.NOT_FOUND, kind="participant", key=keys["kind"])
    return Participant(ParticipantKind(keys["kind"]), keys["organ"])


_LIST = "/console/participants"
_ONE = "/console/participants/{kind}/{organ}"
_DEPARTMENT = "/console/participants/department/{organ}"

ACTS = (
    Act(
        name="add-credit-system",
        path="/participants/credit-systems",
        label=later("登记信用平台"),
        consequence=later("登记后立即开通队列和消息用户，无需重启；口令只显示这一次。"),
        role=Role.OFFICE,
        approver=True,
        run=_add,
        entry=CreditSystemEntry,
        back=_LIST,
    ),
    Act(
        name="provision-participant",
        path="/participants/{kind}/{organ}/provision",
        label=later("开通"),
        consequence=later("建立它的队列和消息用户，无需重启；口令只显示这一次，请当面或密封交付。"),
        role=Role.OFFICE,
        approver=True,
        run=_provision,
        back=_ONE,
    ),
    Act(
        name="rotate-participant",
        path="/participants/{kind}/{organ}/rotate",
        label=later("更换口令"),
        consequence=later(
            "原口令立即失效，现有连接断开；未处理的消息留在队列。新口令只显示这一次。"
        ),
        role=Role.OFFICE,
        approver=True,
        run=_rotate,
        back=_ONE,
    ),
    Act(
        name="shut-out-participant",
        path="/participants/{kind}/{organ}/shut-out",
        label=later("停用"),
        consequence=later("消息用户删除，连接断开；队列和其中的消息保留，可以再次开通。"),
        role=Role.OFFICE,
        approver=True,
        danger=True,
        run=_shut_out,
        entry=WhyEntry,
        back=_ONE,
    ),
    Act(
        name="remove-participant-queues",
        path="/participants/{kind}/{organ}/remove-queues",
        label=later("删除队列"),
        consequence=later(
            "队列和其中的消息永久删除，此后发给它的消息无法送达；条数与您看到的不同则不删除。"
        ),
        role=Role.OFFICE,
        approver=True,
        danger=True,
        run=_remove_queues,
        entry=EmptyEntry,
        back=_ONE,
    ),
    Act(
        name="propose-key",
        path="/participants/department/{organ}/keys",
        label=later("提交公钥"),
        consequence=later("由另一人确认后才登记；请先与该部门核对公钥的编号。"),
        role=Role.OFFICE,
        run=_propose,
        entry=KeyEntry,
        back=_DEPARTMENT,
    ),
    Act(
        name="confirm-key",
        path="/participants/department/{organ}/keys/{key_id}/confirm",
        label=later("确认登记公钥"),
        consequence=later("此后承认它的签名，原公钥按提交时的天数继续有效。不能由提交的人确认。"),
        role=Role.OFFICE,
        run=_confirm,
        back=_DEPARTMENT,
    ),
    Act(
        name="reject-key",
        path="/participants/department/{organ}/keys/{key_id}/reject",
        label=later("不予登记"),
        consequence=later("这把公钥不登记，理由留存。"),
        role=Role.OFFICE,
        run=_reject,
        entry=WhyEntry,
        back=_DEPARTMENT,
    ),
    Act(
        name="revoke-key",
        path="/participants/department/{organ}/keys/{key_id}/revoke",
        label=later("停用公钥"),
        consequence=later("立即生效：它签名的消息此后一律滞留并写明原因。停用后不能再次登记。"),
        role=Role.OFFICE,
        danger=True,
        run=_revoke,
        entry=WhyEntry,
        back=_DEPARTMENT,
    ),
    Act(
        name="rotate-office-key",
        path="/participants/office/keys",
        label=later("更换本办公室密钥"),
        consequence=later("新公钥立即公布，到时才开始签名；原公钥签名的消息和记录仍可核验。"),
        role=Role.OFFICE,
        approver=True,
        run=_rotate_office,
        entry=OfficeKeyEntry,
        back=_LIST,
    ),
    Act(
        name="revoke-office-key",
        path="/participants/office/keys/{key_id}/revoke",
        label=later("停用本办公室公钥"),
        consequence=later("立即生效：各部门不再承认它签名的消息。正在签名的密钥不能停用。"),
        role=Role.OFFICE,
        approver=True,
        danger=True,
        run=_revoke_office,
        entry=WhyEntry,
        back=_LIST,
    ),
)
add_acts(router, ACTS, TAG)


@router.get("/participants", summary="参与方", operation_id="participants")
async def listed(parts: Parts, person: Overseer) -> list[dict[str, Any]]:
    """Give everybody who takes part, with user, connections and queues where they are known."""
    async with parts.open_work(person.actor, writes=False) as work:
        return [
            {
                "kind": each.participant.kind,
                "code": each.participant.code,
                "name": each.name,
                "user": each.participant.user,
                "provisioned": each.provisioned,
                "connections": each.connections,
                "queues": list(each.queues),
            }
            for each in await participants.standing(work)
        ]
