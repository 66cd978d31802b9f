"""The story of a rehearsed round, act by act, as the people of a county would do it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from deploy.local.recorded_people.aftermath import Aftermath
from deploy.local.recorded_people.round_acts import RoundActs
from deploy.local.recorded_people.stage import Cast, Stage, Step


class Story(Stage):
    """Plays one round from plan to feedback; `tell` hears of every step."""

    def __init__(self, cast: Cast, plan: dict[str, Any], tell: Callable[[Step], None]) -> None:
        super().__init__(cast, int(plan["year"]), tell)
        self._acts = (RoundActs(cast, plan, tell), Aftermath(cast, self.year, tell))

    def play(self) -> None:
        """Play every act in order."""
        for act in self._acts:
            act.play()

    def table(self, records: Path) -> dict[str, Any]:
        """Give the table of what happened, once nothing is on its way any more."""
        auditor = self.office("auditor")

        def quiet() -> bool:
            return bool(auditor.read("/v1/messages/counts")["outbox_pending"] == 0)

        def verified() -> bool:
            return self.round()["verify_result"] is not None

        self.wait("消息送完 outbox empty", quiet)
        self.wait("记录核验 record verified", verified)
        figures = self.figures()
        return {
            **figures,
            **auditor.read("/v1/messages/counts"),
            "verify": self.round()["verify_result"],
            "record": str(records / self.round_id),
        }
