"""YIWANG_CIPHER takes what there is and says what else may be written."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from yiwang.project import ciphers


def test_the_setting_takes_the_two_names_and_refuses_another_in_both_languages():
    assert [ciphers.cipher(text) for text in ("", "AES", " sm4 ")] == ["aes", "aes", "sm4"]
    with pytest.raises(ImproperlyConfigured, match="请写 aes 或 sm4") as refused:
        ciphers.cipher("des")
    assert "Write aes or sm4" in str(refused.value)
