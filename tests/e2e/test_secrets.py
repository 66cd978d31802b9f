"""Nothing secret is written to any log of a whole run."""

import json
from collections.abc import Mapping

from deploy.local.installation import DEPARTMENTS
from tests.e2e.local_run import FinishedRun


def test_every_process_writes_a_log(finished_run: FinishedRun) -> None:
    names = {file.stem for file in finished_run.installed.logs.glob("*.log")}

    assert names == set(finished_run.run.process_ids)


def test_no_log_holds_a_random_value_of_the_lottery(finished_run: FinishedRun) -> None:
    revealed = {
        f"value of {code}": value
        for code, value in finished_run.rows("select code, value from contributor")
    }
    office = {"chain of the office": finished_run.rows("select secret from office_chain")[0][0]}
    chains = {
        f"chain of {code}": finished_run.agent_rows(code, "select secret from chain")[0][0].hex()
        for code in DEPARTMENTS
    }

    assert len(revealed) == len(DEPARTMENTS) + 1
    assert found_in(logs_of(finished_run), revealed | office | chains) == []


def test_no_log_holds_a_password_or_token(finished_run: FinishedRun) -> None:
    folder = finished_run.run.folder
    given = {
        f"{what} of {file.stem}": value
        for file in [*(folder / "credentials").glob("*.json"), folder / "node" / "admin.json"]
        for what, value in json.loads(file.read_text()).items()
        if what in ("password", "token")
    }
    desks = {
        f"desk token of {code}": (finished_run.installed.agent(code) / "desk.token").read_text()
        for code in DEPARTMENTS
    }
    people = {f"password of {login}": word for login, word in finished_run.passwords.items()}

    assert len(given) == len(DEPARTMENTS) + 4
    assert found_in(logs_of(finished_run), given | desks | people) == []


def test_no_log_holds_a_responsible_person_or_phone(finished_run: FinishedRun) -> None:
    persons = {
        f"{what} of {name}": value
        for name, person, phone in finished_run.rows(
            "select name, responsible_person, phone from inspection_object"
        )
        for what, value in (("person", person), ("phone", phone))
        if value
    }

    assert len(persons) > len(finished_run.rows("select * from visit"))
    assert found_in(logs_of(finished_run), persons) == []


def logs_of(finished_run: FinishedRun) -> dict[str, str]:
    """Read the logs of all processes, those of the broker, and what the run showed."""
    folder = finished_run.run.folder
    files = [*folder.glob("logs/*.log"), *folder.glob("node/log/*.log")]
    texts = {file.name: file.read_text(errors="replace") for file in files}
    return {**texts, "standard error": finished_run.run.stderr}


def found_in(texts: Mapping[str, str], secrets: Mapping[str, str]) -> list[tuple[str, str]]:
    """Name every secret that stands in a text, with the text; never the secret itself."""
    assert all(secrets.values())
    return [
        (name, what)
        for what, secret in secrets.items()
        for name, text in texts.items()
        if secret.strip() in text
    ]
