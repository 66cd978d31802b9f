"""Password hashes by argon2."""

from pwdlib import PasswordHash

_HASHER = PasswordHash.recommended()


def hash_password(password: str) -> str:
    """Give the argon2 hash of a password."""
    return _HASHER.hash(password)
