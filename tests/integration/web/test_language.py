"""Nothing that people read is left untranslated."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import coordinator.services
import coordinator.web
from coordinator.web import api
from coordinator.web.words import ACTS
from tests.integration.web.client import a_client
from tests.integration.web.county import a_store

_WEB = Path(coordinator.web.__path__[0])
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _messages() -> set[str]:
    found = extract_from_dir(_WEB, _METHODS, keywords={"_": None, "later": None})
    return {message for _file, _line, message, *_rest in found if isinstance(message, str)}


def _catalogue() -> Catalog:
    with (_WEB / "locales" / "en" / "LC_MESSAGES" / "onevisit.po").open("rb") as file:
        return read_po(file, locale="en")


def test_the_pages_speak_through_the_catalogue() -> None:
    assert len(_messages()) > 300


def test_every_message_has_an_english_text() -> None:
    known = {str(entry.id) for entry in _catalogue() if entry.id and entry.string}

    assert _messages() - known == set()


def test_the_catalogue_holds_nothing_that_is_no_longer_said() -> None:
    known = {str(entry.id) for entry in _catalogue() if entry.id}

    assert known - _messages() == set()


def test_the_english_text_keeps_every_placeholder() -> None:
    for entry in _catalogue():
        wanted = sorted(re.findall(r"%\(\w+\)s|%s", str(entry.id)))
        assert sorted(re.findall(r"%\(\w+\)s|%s", str(entry.string))) == wanted, entry.id


def test_the_english_text_holds_no_chinese_but_the_mark_of_a_rehearsal() -> None:
    for entry in _catalogue():
        assert not _CHINESE.search(str(entry.string).replace("演练", "")), entry.id


def test_every_act_on_the_audit_chain_has_words() -> None:
    services = Path(coordinator.services.__path__[0])
    source = "".join(path.read_text(encoding="utf-8") for path in services.rglob("*.py"))
    tags = set(re.findall(r'"([a-z-]+:[a-z-]+:[a-z-]+)"', source))

    assert len(tags) > 30
    assert tags - set(ACTS) == set()


@pytest.mark.parametrize("act", api.ACTS, ids=lambda act: act.name)
def test_every_act_is_explained_in_a_sentence(act: object) -> None:
    assert str(getattr(act, "consequence", "")).endswith("。")


def test_the_switch_changes_the_language_and_stays() -> None:
    client = a_client(a_store())

    first = client.get("/?lang=en", headers={"Accept": "text/html"})
    second = client.get("/rounds", headers={"Accept": "text/html"})

    assert "Look up a firm" in first.text
    assert '<html lang="en">' in second.text


def test_a_placeholder_never_reaches_the_reader() -> None:
    client = a_client(a_store(), "office1")

    for path in ("/console", "/console/rounds/2026-Q2", "/console/registers/joint-list"):
        assert "%(" not in client.get(path, headers={"Accept": "text/html"}).text
