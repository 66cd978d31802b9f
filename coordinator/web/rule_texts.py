"""The wording of every rule, as rules.toml holds it; commands word their refusals with it too."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from coordinator.domain.errors import Rule


@dataclass(frozen=True)
class RuleText:
    """One rule as people read it; `{name}` in a text is a fact."""

    status: int
    zh: str
    en: str


def read_rule_texts() -> dict[Rule, RuleText]:
    """Read rules.toml; an entry of no rule is a mistake and raises ValueError."""
    table = tomllib.loads((Path(__file__).parent / "rules.toml").read_text(encoding="utf-8"))
    return {Rule(code): RuleText(**entry) for code, entry in table.items()}


RULE_TEXTS = read_rule_texts()
