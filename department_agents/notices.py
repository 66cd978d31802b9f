"""What a department should know and keep: notices with the bytes and signature that prove them."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.catalogue import entry_of
from contracts.vocabulary import Wire
from department_agents.post import Letter
from department_agents.store.rows import NoticeRow


async def keep_notice(
    session: AsyncSession, letter: Letter[Wire], at: datetime, alarm: str | None = None
) -> None:
    """Keep a message as it came; `alarm` says what a person has to look at."""
    session.add(
        NoticeRow(
            notice_id=letter.message_id,
            kind=entry_of(letter.message).name,
            subject=letter.subject,
            body=letter.text,
            signature=letter.signature,
            alarm=alarm,
            received_at=at,
        )
    )
