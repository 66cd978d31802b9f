"""Fresh secrets from the operating system: the office's chain, the salts of a record, codes."""

import secrets

_BYTES = 32
# Without letters and digits that are mistaken for each other when read aloud.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 10


class SystemChance:
    """The operating system's randomness."""

    def secret(self) -> bytes:
        """Give 32 random bytes."""
        return secrets.token_bytes(_BYTES)

    def code(self) -> str:
        """Give a short code that nobody can guess, as on a visit's QR."""
        return "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))

    def token(self) -> str:
        """Give a session or CSRF token of 256 bits."""
        return secrets.token_urlsafe(_BYTES)
