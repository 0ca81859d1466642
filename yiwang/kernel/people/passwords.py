"""Passwords by Django's hashers and validators. The plain password goes no further than here."""

from typing import Any

from django.contrib.auth import hashers
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from yiwang.kernel.people.problems import WeakPassword


def check(password: str, username: str = "") -> None:
    """Raises WeakPassword when one of settings.AUTH_PASSWORD_VALIDATORS refuses it, also for being much like the username.

    Django's own User is no table here; in it the validator finds the field's name in the reader's language.
    """
    holder: Any = User(username=username)
    try:
        validate_password(password, holder)
    except ValidationError as refused:
        raise WeakPassword(why=" ".join(refused.messages)) from None


def hashed(password: str, username: str = "") -> str:
    """The password as Django's current hasher keeps it. Raises WeakPassword. Slow on purpose."""
    check(password, username)
    return hashers.make_password(password)


def fits(password: str, password_hash: str | None) -> bool:
    """Whether the password belongs to the hash; takes as long for a username that does not exist."""
    if password_hash is None:
        hashers.make_password(password)
        return False
    return hashers.check_password(password, password_hash)
