"""Logins, sessions, and requests that did not come from our own pages."""

from datetime import timedelta

from tests.integration.web.client import MACHINE_NOW, a_client
from tests.integration.web.county import a_store
from tests.integration.web.county_registers import PASSWORD
from tests.integration.web.fake_work import FakeWork

LOGIN = {"login": "office1", "password": PASSWORD}


def test_a_login_gives_a_session_that_scripts_and_other_sites_cannot_read() -> None:
    client = a_client(a_store())

    answer = client.post("/v1/login", json=LOGIN)

    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("onevisit=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert answer.json()["role"] == "office"


def test_behind_https_the_cookie_is_bound_to_this_host() -> None:
    client = a_client(a_store(), secure_cookies=True)

    cookie = client.post("/v1/login", json=LOGIN).headers["set-cookie"]

    assert cookie.startswith("__Host-onevisit=")
    assert "Secure" in cookie
    assert "Path=/" in cookie


def test_the_store_holds_no_token_that_opens_a_session() -> None:
    store = a_store()
    client = a_client(store, "office1")

    token = client.cookies["onevisit"]

    stored = [vars(each) for each in store.collections["sessions"].values.values()]
    assert token not in str(stored)


def test_a_wrong_password_and_an_unknown_login_get_the_same_answer() -> None:
    client = a_client(a_store())

    wrong = client.post("/v1/login", json={"login": "office1", "password": "no"})
    unknown = client.post("/v1/login", json={"login": "nobody", "password": "no"})

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()


def test_after_five_failures_even_the_right_password_waits() -> None:
    client = a_client(a_store())
    for _ in range(5):
        client.post("/v1/login", json={"login": "office1", "password": "no"})

    answer = client.post("/v1/login", json=LOGIN)

    assert answer.status_code == 429
    assert answer.json()["minutes"] == 5


def test_failures_count_whichever_process_sees_them() -> None:
    store = a_store()
    for _ in range(5):
        client = a_client(store)  # an application of its own each, on one store
        client.post("/v1/login", json={"login": "office1", "password": "no"})

    answer = a_client(store).post("/v1/login", json=LOGIN)

    assert answer.status_code == 429


def test_who_logs_in_leaves_no_attempt_and_nobody_is_named() -> None:
    store = a_store()
    client = a_client(store)
    client.post("/v1/login", json={"login": "office1", "password": "no"})
    kept = list(store.collections["login_attempts"].values.values())

    assert client.post("/v1/login", json=LOGIN).status_code == 200

    assert list(store.collections["login_attempts"].values.values()) == kept
    assert "office1" not in str(kept)
    assert "testclient" not in str(kept)


def test_attempts_that_count_no_more_are_forgotten() -> None:
    store, now = a_store(), [MACHINE_NOW]
    client = a_client(store, machine_now=lambda: now[0])
    for login in ("office1", "nobody"):
        client.post("/v1/login", json={"login": login, "password": "no"})

    now[0] += timedelta(minutes=6)
    client.post("/v1/login", json={"login": "office1", "password": "no"})

    assert len(store.collections["login_attempts"].values) == 1


def test_the_throttle_lets_go_after_its_minutes() -> None:
    now = [MACHINE_NOW]
    client = a_client(a_store(), machine_now=lambda: now[0])
    for _ in range(5):
        client.post("/v1/login", json={"login": "office1", "password": "no"})

    now[0] += timedelta(minutes=6)

    assert client.post("/v1/login", json=LOGIN).status_code == 200


def test_a_session_ends_by_machine_time() -> None:
    now = [MACHINE_NOW]
    client = a_client(a_store(), "office1", machine_now=lambda: now[0])
    assert client.get("/v1/me").status_code == 200

    now[0] += timedelta(hours=9)

    assert client.get("/v1/me").status_code == 401


def test_logout_ends_the_session_on_the_server() -> None:
    client = a_client(a_store(), "office1")
    token = client.cookies["onevisit"]

    client.post("/v1/logout")

    client.cookies.set("onevisit", token)
    assert client.get("/v1/me").status_code == 401


def test_another_site_cannot_log_somebody_in() -> None:
    client = a_client(a_store())

    answer = client.post("/v1/login", json=LOGIN, headers={"Origin": "https://evil.example"})

    assert answer.status_code == 403


def test_the_login_page_leads_on_within_this_site_only() -> None:
    client = a_client(a_store())

    answer = client.post("/login", data={**LOGIN, "next": "//evil.example/"})

    assert answer.status_code == 303
    assert answer.headers["location"] == "/console"


def test_whoever_is_not_logged_in_is_led_to_the_login_page() -> None:
    client = a_client(a_store())

    answer = client.get("/console/visits", headers={"Accept": "text/html"})

    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=/console/visits"


def test_no_page_may_run_foreign_scripts() -> None:
    answer = a_client(a_store()).get("/")

    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "<script>" not in answer.text
    assert " style=" not in answer.text


def test_sessions_and_failed_logins_follow_the_figures_of_operations() -> None:
    store = a_store()
    client = a_client(store)

    entered = client.post("/v1/login", json=LOGIN)

    rules = FakeWork.policies.login_rules()
    assert f"Max-Age={rules.session_hours * 3600};" in entered.headers["set-cookie"]
    assert rules.failed_allowed <= rules.failed_allowed_of_address
