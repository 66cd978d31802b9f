"""One small record for the whole package; tests leave it as they found it."""

import json
from pathlib import Path

import pytest

from tests.contract.verify_draw.records import Folder
from tests.unit.lottery.small_round import small_key_set, write_small_record


@pytest.fixture(scope="session")
def record(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    folder = tmp_path_factory.mktemp("record")
    write_small_record(folder)
    return Folder(folder)


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "keys.json"
    path.write_text(json.dumps(small_key_set()), encoding="utf-8")
    return path
