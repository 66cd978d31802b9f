import base64
import hashlib

from deploy.local.private_node import password_hash, with_admin


def test_the_admin_has_every_right_on_every_virtual_host() -> None:
    definitions = {"vhosts": [{"name": "onevisit"}, {"name": "another"}]}

    complete = with_admin(definitions, "the-admin", "secret")

    assert [(row["user"], row["vhost"]) for row in complete["permissions"]] == [
        ("the-admin", "another"),
        ("the-admin", "onevisit"),
    ]
    assert all(
        row[right] == ".*"
        for row in complete["permissions"]
        for right in ("configure", "write", "read")
    )
    assert complete["users"][-1]["tags"] == "administrator"


def test_the_virtual_host_onevisit_is_there_without_definitions() -> None:
    complete = with_admin({}, "the-admin", "secret")

    assert complete["vhosts"] == [{"name": "onevisit"}]


def test_what_the_definitions_say_is_kept() -> None:
    definitions = {
        "vhosts": [{"name": "onevisit"}],
        "users": [{"name": "dept-one", "password_hash": "x", "tags": ""}],
        "permissions": [{"user": "dept-one", "vhost": "onevisit"}],
        "queues": [{"name": "a.queue"}],
    }

    complete = with_admin(definitions, "the-admin", "secret")

    assert complete["queues"] == [{"name": "a.queue"}]
    assert complete["users"][0]["name"] == "dept-one"
    assert complete["permissions"][0]["user"] == "dept-one"


def test_a_password_is_stored_as_a_salt_and_the_salted_digest() -> None:
    stored = base64.b64decode(password_hash("secret"))

    salt, digest = stored[:4], stored[4:]
    assert digest == hashlib.sha256(salt + b"secret").digest()


def test_the_same_password_is_stored_differently_each_time() -> None:
    assert password_hash("secret") != password_hash("secret")
