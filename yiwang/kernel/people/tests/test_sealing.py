"""What the database says about the secret in use, and that every sealed column is asked."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models

from yiwang.kernel import ids, secrecy
from yiwang.kernel.people import sealing
from yiwang.kernel.people.models import Account, SecretCheck
from yiwang.kernel.people.sealing import Secret
from yiwang.kernel.people.steps import secretcheck
from yiwang.kernel.walltime import now

NOT_SEALED = {
    ("account", "name_hash"): "a keyed hash",
    ("account", "phone_hmac"): "a keyed hash",
    ("call_key", "digest"): "a hash",
    ("entry", "hash"): "a hash",
    ("entry", "private_hash"): "a hash",
    ("entry_private", "salt"): "random",
    ("one_time_code", "address_hmac"): "a keyed hash",
    ("one_time_code", "code_hash"): "a keyed hash",
    ("one_time_code", "device_hmac"): "a keyed hash",
    ("one_time_code", "phone_hmac"): "a keyed hash",
    ("place", "geom"): "a shape",
    ("refused_password", "address_hmac"): "a keyed hash",
    ("refused_password", "device_hmac"): "a keyed hash",
    ("refused_password", "username_hmac"): "a keyed hash",
    ("recovery_code", "code_hmac"): "a keyed hash",
    ("secret_check", "value"): "a keyed hash",
    ("tree_head", "root"): "a hash",
    ("tree_node", "hash"): "a hash",
    ("spent_code", "code_hmac"): "a keyed hash",
    ("visitor_sending", "address_hmac"): "a keyed hash",
}


@pytest.fixture
def other_key(settings) -> Iterator[None]:
    """From where `use` is called, the town has another secret."""

    def use(key: str = "another-key-another-key-another-key") -> None:
        settings.SECRET_KEY = key
        secrecy._key.cache_clear()

    yield use
    secrecy._key.cache_clear()


def resident(phone: str) -> None:
    Account.objects.create(id=ids.new_id(now()), kind="resident", active=True, phone_cipher=secrecy.seal(phone))


@pytest.mark.django_db
def test_the_check_value_knows_its_secret_and_no_other(other_key):
    assert sealing.secret() is Secret.UNSEALED
    secretcheck.keep_check()
    assert sealing.secret() is Secret.SAME
    other_key()
    assert sealing.secret() is Secret.OTHER
    secretcheck.keep_check()
    assert sealing.secret() is Secret.OTHER, "a value that is there is never replaced"


@pytest.mark.django_db
def test_without_a_check_value_one_ciphertext_that_opens_is_enough_and_none_is_another_secret(other_key):
    Account.objects.create(
        id=ids.new_id(now()), kind="resident", active=True, phone_cipher=b"changed by somebody, so it does not open"
    )
    assert sealing.secret() is Secret.OTHER
    resident("13900000001")
    assert sealing.secret() is Secret.SAME
    other_key()
    assert sealing.secret() is Secret.OTHER
    assert not SecretCheck.objects.exists()


def test_every_column_of_bytes_is_either_named_as_sealed_or_is_not():
    columns = {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.BinaryField)
    }
    assert columns == set(sealing.sealed_columns()) | set(NOT_SEALED)
