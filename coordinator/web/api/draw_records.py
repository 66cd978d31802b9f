"""Draw records: an auditor signs what the verifier said of the whole of one."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from coordinator.domain.lottery.verification import Examined
from coordinator.services import lottery
from coordinator.services.ports import Role, Work
from coordinator.web.acts import Act, Entry, Keys, add_acts
from coordinator.web.language import later

TAG = "批次与抽签 lottery"
router = APIRouter(tags=[TAG])


class VerificationEntry(Entry):
    """What an auditor examined, and what came out."""

    sums_hash: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] = Field(
        title=later("SHA256SUMS 的指纹"),
        description=later("在解开的完整记录里运行 sha256sum SHA256SUMS，填写输出的 64 位指纹。"),
    )
    words: str = Field(
        title=later("核验程序的输出"),
        description=later("verify_draw.py 打印的一行，照抄；一致时以 ok 开头。"),
        min_length=1,
        max_length=500,
    )


async def _sign(work: Work, keys: Keys, entry: VerificationEntry) -> object:
    return await lottery.sign_verification(work, keys["round_id"], Examined(**entry.model_dump()))


ACTS = (
    Act(
        name="sign-verification",
        path="/rounds/{round_id}/verifications",
        label=later("签署核验结果"),
        consequence=later(
            "您以审计人员身份声明：您下载了完整记录，自己运行了核验程序。声明连同您的姓名由办公室签名并立即向社会公布，不能撤回。"
        ),
        role=Role.AUDITOR,
        run=_sign,
        entry=VerificationEntry,
        back="/console/draws/{round_id}",
        origin="/console/draws/{round_id}",
    ),
)
add_acts(router, ACTS, TAG)
