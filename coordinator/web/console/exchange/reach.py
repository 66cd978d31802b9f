"""Who sees the exchange: office and auditors."""

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services.ports import Role
from coordinator.web.console.frame import Console


def require_overseer(console: Console) -> None:
    """Refuse departments: what goes to platforms is the office's matter."""
    if console.actor.role is Role.DEPARTMENT:
        raise RuleBrokenError(
            Rule.ROLE_NOT_ALLOWED, role=console.actor.role.value, needed=Role.OFFICE.value
        )
