"""RabbitMQ's management API, over the standard library: the base install has no HTTP client."""

import asyncio
import base64
import json
import urllib.request
from http import HTTPStatus
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote

Json = Any


class ManagementError(Exception):
    """The management API refused, or can't be reached; says what was asked and the answer."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class Management:
    """The API of one broker at `url` (http or https, without /api), as an administrator."""

    def __init__(self, url: str, user: str, password: str, seconds: float = 10.0) -> None:
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"the management address is not http or https: {url}")
        self._url = url.rstrip("/")
        login = base64.b64encode(f"{user}:{password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {login}", "Content-Type": "application/json"}
        self._seconds = seconds
        # No proxy from the environment: only settings read that, and brokers are on our network.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    async def get(self, *path: str) -> Json:
        """Read `/api/<path>`; raises ManagementError."""
        return await self._request("GET", path, None)

    async def put(self, *path: str, body: Json) -> None:
        """Create or replace `/api/<path>`; raises ManagementError."""
        await self._request("PUT", path, body)

    async def post(self, *path: str, body: Json) -> Json:
        """Send to `/api/<path>`; raises ManagementError."""
        return await self._request("POST", path, body)

    async def delete(self, *path: str) -> None:
        """Delete `/api/<path>`, also when it is gone already; raises ManagementError."""
        try:
            await self._request("DELETE", path, None)
        except ManagementError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise

    async def _request(self, method: str, path: tuple[str, ...], body: Json) -> Json:
        address = "/".join(("/api", *(quote(part, safe="") for part in path)))
        request = urllib.request.Request(  # noqa: S310 - the scheme was checked above
            self._url + address,
            data=None if body is None else json.dumps(body).encode(),
            headers=self._headers,
            method=method,
        )
        try:
            answer = await asyncio.to_thread(self._send, request)
        except HTTPError as error:
            with error:
                detail = error.read(500).decode(errors="replace")
            message = f"{method} {address}: {error.code} {detail}"
            raise ManagementError(message, error.code) from None
        except (URLError, OSError) as error:
            raise ManagementError(f"{method} {address}: {error}") from error
        return json.loads(answer) if answer else None

    def _send(self, request: urllib.request.Request) -> bytes:
        with self._opener.open(request, timeout=self._seconds) as response:
            return bytes(response.read())
