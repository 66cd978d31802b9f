"""Counts of frames, also as they are remembered, and plans with every field, on PostgreSQL."""

import pytest

from tests.compliance.frame_memory import FrameMemoryCompliance
from tests.compliance.frames import FramesCompliance
from tests.compliance.plan_values import PlanValuesCompliance
from tests.compliance.repositories import OpenWork
from tests.play import Play

pytestmark = pytest.mark.needs_postgres


class TestPostgres(FramesCompliance, FrameMemoryCompliance, PlanValuesCompliance):
    @pytest.fixture
    def open_work(self, empty: Play) -> OpenWork:
        return empty.work
