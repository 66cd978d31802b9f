"""The object draw: tickets for every place, and the drawn objects and items of each line."""

import asyncio

from coordinator.domain.draw_computation import compute_objects, object_files
from coordinator.services.ports import Work
from coordinator.services.record_files import inputs_of, require_intact_frames, save_files


async def draw_objects(work: Work, round_id: str) -> None:
    """Draw all lines of a round from its frozen files and revealed values, and keep the result."""
    drawn = await work.rounds.get(round_id)
    await require_intact_frames(work, drawn)
    inputs = await inputs_of(work, drawn)
    # Seconds of computing for millions of objects: pages are served meanwhile.
    draws = await asyncio.to_thread(compute_objects, inputs)
    await save_files(work, drawn, object_files(round_id, draws))
    await work.audit("object-draw:objects:drawn", round_id, attempt=drawn.attempt)
