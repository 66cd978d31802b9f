"""Taking an object out of its register: by its page, whatever its id looks like."""

from tests.integration.web.builders import an_object
from tests.integration.web.client import a_client
from tests.integration.web.county import a_store
from tests.integration.web.county_registers import put

HTML = {"Accept": "text/html"}
ODD = "other:old:a/b?c"
PAGE = "/console/registers/objects/other:old:a%2Fb%3Fc"
FORM = "/console/acts/remove-object/other:old:a%2Fb%3Fc"


def test_an_object_with_an_odd_id_is_removed_by_the_button_of_its_page() -> None:
    store = a_store()
    put(store, "objects", an_object(1, object_id=ODD, name="老编号商店"))
    client = a_client(store, "office1")

    page = client.get(PAGE, headers=HTML).text
    form = client.get(FORM, headers=HTML)
    data = {"csrf": client.headers["X-CSRF-Token"], "reason": "重复登记"}
    done = client.post(FORM, data=data, headers=HTML)

    assert f'href="{FORM}"' in page
    assert f'href="{PAGE}"' in form.text
    assert done.headers["location"] == "/console/registers/objects?done=remove-object"
    assert (ODD,) not in store.collections["objects"].values
    past = [each.key for each in store.collections["register_versions"].values.values()]
    assert past == [ODD]


def test_nothing_is_removed_without_a_reason() -> None:
    store = a_store()
    client = a_client(store, "office1")

    answer = client.post("/v1/objects/uscc:911309990000000007/remove", json={"reason": " "})

    assert answer.status_code == 422
    assert ("uscc:911309990000000007",) in store.collections["objects"].values
