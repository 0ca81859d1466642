"""Keeping the value by which a database knows the town's secret again (people/sealing.py)."""

from yiwang.kernel import secrecy
from yiwang.kernel.people.models import SecretCheck


def keep_check() -> None:
    """Keeps the check value of each key of the secret in use, unless there is one. Run as the tables' owner: the application may only
    look. So a database knows when a key is missing that it was sealed with.
    """
    for number in range(secrecy.key_count()):
        SecretCheck.objects.get_or_create(pk=number + 1, defaults={"value": secrecy.check_value(number)})
