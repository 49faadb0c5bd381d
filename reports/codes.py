"""Verification codes: 130 random bits that somebody can read out over the telephone."""

import secrets
from hashlib import sha256

CODE_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ0123456789"  # Crockford's 32, five bits each: no I, L, O, U
CODE_LENGTH = 26  # 130 bits
GROUP = 5


def new_code() -> str:
    """Return a fresh code in groups of five with hyphens, as it is printed."""
    drawn = "".join(secrets.choice(CODE_LETTERS) for _place in range(CODE_LENGTH))
    return "-".join(drawn[start : start + GROUP] for start in range(0, CODE_LENGTH, GROUP))


def letters_of(code: str) -> str:
    """Return a typed code's letters: case, spaces and hyphens do not matter, nor O for 0 and I or L for 1."""
    return "".join(c for c in code.upper() if c.isascii() and c.isalnum()).translate(str.maketrans("OIL", "011"))


def hashed(code: str) -> str:
    """Return what is stored of a code, so that a copy of the database does not hand out codes."""
    return sha256(letters_of(code).encode()).hexdigest()
