"""What the office told of items that are not valid throughout a visit."""

from sqlmodel import Field

from department_agents.store.rows import AgentRow


class LapseRow(AgentRow, table=True):
    """The last ItemsLapsed of a visit as JSON."""

    __tablename__ = "lapse"

    visit_id: str = Field(primary_key=True)
    body: str
