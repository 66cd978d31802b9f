"""Broken rules in words, for messages that tell somebody outside why something does not stand."""

from collections.abc import Mapping

from coordinator.domain.errors import Rule
from coordinator.web.errors import sentence
from coordinator.web.language import CHINESE, ENGLISH, speaking


def rule_in_words(rule: Rule, facts: Mapping[str, object]) -> tuple[str, str]:
    """Word a broken rule with its facts, in Chinese and in English."""
    with speaking(CHINESE):
        text = sentence(rule, facts)
    with speaking(ENGLISH):
        return text, sentence(rule, facts)
