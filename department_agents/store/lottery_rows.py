"""The rows of lotteries: secrets that never leave this file, what was signed, what was said."""

from datetime import datetime

from sqlmodel import Field

from department_agents.store.rows import AgentRow, UtcText


class ChainRow(AgentRow, table=True):
    """The secret under a round's hash chain; it never leaves this file."""

    __tablename__ = "chain"

    round_id: str = Field(primary_key=True)
    secret: bytes
    made_at: datetime = Field(sa_type=UtcText)


class SignedCommitRow(AgentRow, table=True):
    """The one commit signed for a (round, attempt), and whether its preimage was revealed."""

    __tablename__ = "signed_commit"

    round_id: str = Field(primary_key=True)
    attempt: int = Field(primary_key=True)
    chain_round_id: str = Field(index=True)
    commit_text: str
    commit_hash: str
    receipt_at: str
    receipt_signature: str
    revealed: bool = False


class SilenceStatementRow(AgentRow, table=True):
    """What we said publicly about our silence in an attempt; a later statement replaces it."""

    __tablename__ = "silence_statement"

    round_id: str = Field(primary_key=True)
    attempt: int = Field(primary_key=True)
    statement: str
    at: str
    signature: str
