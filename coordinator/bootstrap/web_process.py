"""The process of pages and API; the others start without the framework of this one."""

import asyncio
import signal
from functools import partial
from importlib.metadata import version

import uvicorn
from pydantic import SecretStr

from contracts.tracing import start_tracing
from coordinator.adapters.db.unit_of_work import transaction
from coordinator.adapters.documents import TypstDocuments
from coordinator.adapters.metrics import exposition
from coordinator.bootstrap import DISTRIBUTION, Coordinator, auditing
from coordinator.bootstrap.reading import sweep
from coordinator.bootstrap.uploads import FolderUploads
from coordinator.web.app import create_app
from coordinator.web.parts import WebParts


async def serve_web(parts: Coordinator) -> None:
    """Serve pages and API until a signal asks to stop."""
    settings = parts.settings
    start_tracing(settings.traces_url, "onevisit-web")
    await sweep(parts)  # readings that an earlier end of this process cut short
    app = create_app(
        WebParts(
            open_work=partial(transaction, parts.around),
            documents=TypstDocuments(settings.fonts),
            new_token=parts.around.chance.token,
            machine_now=parts.clock.machine_now,
            office_name=settings.office_name,
            secure_cookies=settings.secure_cookies,
            rehearsal=parts.clock.rehearsal,
            version=version(DISTRIBUTION),
            zone=settings.zone,
            public_address=settings.public_address,
            uploads=FolderUploads(parts),
            verify_chain=partial(auditing.verify, parts),
            metrics_token=_secret(settings.metrics_token),
            exposition=exposition,
            store_is_full=lambda: parts.around.store_health.is_full,
        )
    )
    config = uvicorn.Config(
        app, host=settings.web_host, port=settings.web_port, log_config=None, access_log=False
    )
    _end_well_after_signals()
    await uvicorn.Server(config).serve()


def _end_well_after_signals() -> None:
    """Leave the signals to the server, which ends its requests and then raises them once more.

    Nobody would take them then: the process would die before the last spans are sent and the
    database is let go.
    """
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, lambda: None)


def _secret(value: SecretStr | None) -> str:
    return "" if value is None else value.get_secret_value()
