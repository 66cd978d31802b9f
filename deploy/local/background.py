"""Slow work beside other work, in a thread."""

import threading
from typing import Any


def start_in_background(act: Any) -> Any:
    """Start something slow at once; calling the answer waits for its value or raises its error."""
    outcome: dict[str, Any] = {}

    def work() -> None:
        try:
            outcome["value"] = act()
        except BaseException as error:
            outcome["error"] = error

    thread = threading.Thread(target=work)
    thread.start()

    def wait() -> Any:
        thread.join()
        if "error" in outcome:
            raise outcome["error"]
        return outcome["value"]

    return wait
