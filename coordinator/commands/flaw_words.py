"""What is wrong with audit chain or archive, in both languages, by the words of the pages."""

from importlib import import_module


def worded(kind: str, value: str, place: str) -> str:
    """Say where something is wrong and what; `kind` is that of the words: flaw, archive-flaw."""
    # Only here: whoever finds nothing wrong needs no catalogue.
    words = import_module("coordinator.web.words")
    language = import_module("coordinator.web.language")
    said = []
    for each in language.LANGUAGES:
        with language.speaking(each):
            said.append(words.state(kind, value).word)
    return f"{place}: {' / '.join(said)}"
