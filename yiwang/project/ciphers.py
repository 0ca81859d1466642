"""The cipher that seals what is about persons, as YIWANG_CIPHER names it."""

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.core.exceptions import ImproperlyConfigured

CIPHERS = ("aes", "sm4")


def cipher(text: str) -> str:
    """`aes` (when nothing is set) or `sm4`. Raises ImproperlyConfigured for another, and for SM4 where OpenSSL cannot do it."""
    found = text.strip().lower() or "aes"
    if found not in CIPHERS:
        raise ImproperlyConfigured(
            f"YIWANG_CIPHER：“{text}”不是可选的加密算法。请写 aes 或 sm4。\n"
            f"YIWANG_CIPHER: “{text}” is no cipher to choose. Write aes or sm4."
        )
    if found == "sm4" and not sm4_works():
        raise ImproperlyConfigured(
            "YIWANG_CIPHER：这台机器的 OpenSSL 没有 SM4-GCM。请安装 PyPI 上的 cryptography，或者写 aes。\n"
            "YIWANG_CIPHER: OpenSSL on this machine has no SM4-GCM. Install cryptography from PyPI, or write aes."
        )
    return found


def sm4_works() -> bool:
    """Whether this build of OpenSSL has SM4 in GCM; it came with 3.1."""
    try:
        Cipher(algorithms.SM4(bytes(16)), modes.GCM(bytes(12))).encryptor()
    except UnsupportedAlgorithm:
        return False
    return True
