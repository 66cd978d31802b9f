"""Emergency management: its inspection system exchanges files.

Queues onevisit.dept.emergency-management.tasks and .events; a locality may choose the other
system with ONEVISIT_AGENT_SYSTEM, and run the desk beside any system with ONEVISIT_AGENT_DESK_PORT.
"""

from department_agents.profile import Profile
from department_agents.settings import SystemKind

PROFILE = Profile(
    code="emergency-management",
    name_zh="应急管理局",
    name_en="Emergency Management Bureau",
    system=SystemKind.FILE_DROP,
)
