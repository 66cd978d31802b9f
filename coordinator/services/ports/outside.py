"""What services ask of the world: messages, chance, signatures, counts, policies, documents."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from contracts.vocabulary import Wire
from coordinator.domain.annual_plan import (
    Conditions,
    Frame,
    FrameCount,
    Overlap,
    Window,
)
from coordinator.domain.policy import Policy
from coordinator.domain.registers import (
    InspectionObject,
)
from coordinator.services.directory import (
    CreditEvent,
)


class Post(Protocol):
    """Messages that leave with this transaction, one outbox row per recipient."""

    async def to_department(
        self, department: str, message: Wire, *, subject: str, correlation: str
    ) -> str:
        """Announce to one department on the queue the catalogue names; gives the message id."""
        ...

    async def to_credit(self, message: Wire, *, subject: str, correlation: str) -> CreditEvent:
        """Append to the credit log and announce to every credit system."""
        ...


class Chance(Protocol):
    """Fresh secrets; draws take nothing from here but the office's own chain and the salts."""

    def secret(self) -> bytes:
        """Give 32 random bytes."""
        ...

    def code(self) -> str:
        """Give a short code that nobody can guess, as on a visit's QR."""
        ...


class Signer(Protocol):
    """The office's own signature, and what departments signed."""

    def sign(self, payload: bytes) -> str:
        """Give the office's detached JWS over these bytes."""
        ...

    def verify(self, payload: bytes, signature: str, public_key: str) -> bool:
        """Say whether a signature fits the bytes and the JWK."""
        ...

    def published_keys(self) -> Mapping[str, Any]:
        """Give the office's key set as JWKS."""
        ...


class RecordShelf(Protocol):
    """Where disclosed records lie as folders."""

    def publish(self, round_id: str, files: Mapping[str, bytes]) -> str:
        """Write a whole record folder, replacing none that differs, and give its absolute path."""
        ...

    def verify(self, folder: str, keys: Mapping[str, Any]) -> str:
        """Run the independent verifier with these keys (JWKS): `ok`, or the first difference."""
        ...


class Frames(Protocol):
    """Counts of the objects register that never load it; objects that closed are not counted.

    Every answer agrees with Conditions.accept and the strata of 3-draw.md 3.1.
    """

    async def count(self, frame: Frame, day: date) -> FrameCount:
        """Count a frame, its places and strata; `expected` stays empty."""
        ...

    async def overlaps(
        self,
        frames: Sequence[Frame],
        day: date,
        *,
        within: Conditions | None = None,
        of_places: bool = False,
    ) -> Sequence[Overlap]:
        """Count objects (or places) by the frames they are in: those in any, or all `within`.

        A frame with a day of its own looks back from there, all else from `day`.
        """
        ...

    def objects_of(self, conditions: Conditions, day: date) -> AsyncIterator[InspectionObject]:
        """Give all objects that meet conditions, closed ones too, by id, without keeping them."""
        ...

    async def checked(
        self, lines: Iterable[str], day: date, within: Conditions | None = None
    ) -> int:
        """Count the distinct objects, or those `within`, that drawn visits of these lines go to."""
        ...

    async def unvisited(self, conditions: Conditions, day: date, period: Window, times: int) -> int:
        """Count the objects with fewer drawn visits than `times` that lie wholly in a period."""
        ...


class Policies(Protocol):
    """The policy profiles that are written down."""

    def names(self) -> tuple[str, ...]:
        """Name the profiles, sorted."""
        ...

    def find(self, profile: str) -> Policy | None:
        """Give a profile by name, or None; POLICY_INVALID when it is flawed."""
        ...


class Documents(Protocol):
    """Forms and spreadsheets made from data."""

    def pdf(self, form: str, data: Mapping[str, Any]) -> bytes:
        """Set the form of this name (notice, listing-decision …) as PDF/A."""
        ...

    def annex(self, data: Mapping[str, Any]) -> bytes:
        """Make the printable xlsx of an annex from the data of its PDF, `pdf("annex", data)`."""
        ...

    def workbook(
        self, title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> bytes:
        """Make an xlsx with one sheet; codes stay text, nothing becomes a formula."""
        ...
