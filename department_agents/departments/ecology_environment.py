"""Ecology and environment: its enforcement system exchanges files.

Queues onevisit.dept.ecology-environment.tasks and .events; a locality may choose the other
system with ONEVISIT_AGENT_SYSTEM, and run the desk beside any system with ONEVISIT_AGENT_DESK_PORT.
"""

from department_agents.profile import Profile
from department_agents.settings import SystemKind

PROFILE = Profile(
    code="ecology-environment",
    name_zh="生态环境局",
    name_en="Ecology and Environment Bureau",
    system=SystemKind.FILE_DROP,
)
