"""Changes of lists as a department learns of them: kept, and acknowledged to the office (2.10)."""

from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.sanctions import EntityCorrected, EntityDelisted, EntityListed, ListingAcknowledged
from department_agents.answers import Department
from department_agents.notices import keep_notice
from department_agents.post import About, Letter


class Listings:
    """What a department does with changes of lists; runs in the caller's transaction."""

    def __init__(self, department: Department) -> None:
        self._own = department

    async def take_in(
        self,
        session: AsyncSession,
        letter: Letter[EntityListed] | Letter[EntityCorrected] | Letter[EntityDelisted],
    ) -> None:
        """Keep a listing, a correction or a delisting as it came, and acknowledge it."""
        await keep_notice(session, letter, self._own.clock.now())
        told = letter.message
        answer = ListingAcknowledged(listing_id=told.listing_id, sequence=told.sequence)
        about = About(told.listing_id, told.listing_id)
        await self._own.post.send(session, answer, about)
