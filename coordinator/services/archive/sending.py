"""A task's packages as files: to be kept elsewhere, and checked with tools that everybody has."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass

from coordinator.domain.archive import Package
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import PackageState
from coordinator.services.access import require_reader
from coordinator.services.archive.packing import packages_of
from coordinator.services.ports import Work

_ED25519 = bytes.fromhex("302a300506032b6570032100")  # RFC 8410: what stands before the 32 bytes


@dataclass(frozen=True, kw_only=True)
class PackageFiles:
    """A task's packages as a folder: name → bytes."""

    name: str
    visit_id: str
    files: Mapping[str, bytes]


async def package_files(work: Work, number: int) -> PackageFiles:
    """Give all packages of the task that this package belongs to, with the keys they check by."""
    require_reader(work)
    found = await work.packages.get(number)
    packages = await packages_of(work, found.visit_id)
    if any(each.state is PackageState.DESTROYED for each in packages):
        raise RuleBrokenError(Rule.NOT_FOUND, kind="archive_package", key=number)
    keys = work.signer.published_keys()
    files = {
        "office-keys.json": json.dumps(dict(keys), ensure_ascii=False, indent=1).encode(),
    }
    for package in packages:
        files |= _files_of(work, package)
    await work.audit("archive:package:taken-out", found.visit_id, number=number)
    return PackageFiles(name=f"archive-{found.number}", visit_id=found.visit_id, files=files)


def _files_of(work: Work, package: Package) -> dict[str, bytes]:
    header, _, signature = package.signature.split(".")
    payload = _b64(package.digest.encode())
    n = package.number
    return {
        f"package-{n}.json": package.body,
        f"previous-{n}.txt": package.previous.encode(),
        f"digest-{n}.txt": package.digest.encode(),
        f"signature-{n}.jws": package.signature.encode(),
        f"signed-{n}.txt": f"{header}.{payload}".encode(),
        f"signature-{n}.bin": base64.urlsafe_b64decode(signature + "=="),
        f"office-key-{n}.pem": _key_of(work, package),
    }


def _key_of(work: Work, package: Package) -> bytes:
    """Give the key that signed a package as PEM; nothing where none of the office's did."""
    for key in work.signer.published_keys()["keys"]:
        text = json.dumps(dict(key))
        if work.signer.verify(package.digest.encode(), package.signature, text):
            raw = _ED25519 + base64.urlsafe_b64decode(str(key["x"]) + "==")
            lines = base64.b64encode(raw)
            return b"-----BEGIN PUBLIC KEY-----\n" + lines + b"\n-----END PUBLIC KEY-----\n"
    return b""


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
