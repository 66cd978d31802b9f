"""Market regulation: its case system exchanges files.

Queues onevisit.dept.market-regulation.tasks and .events; a locality may choose the other
system with ONEVISIT_AGENT_SYSTEM, and run the desk beside any system with ONEVISIT_AGENT_DESK_PORT.
"""

from department_agents.profile import Profile
from department_agents.settings import SystemKind

PROFILE = Profile(
    code="market-regulation",
    name_zh="市场监督管理局",
    name_en="Market Regulation Administration",
    system=SystemKind.FILE_DROP,
)
