"""How what is about a person is kept: sealed for reading, hashed with a key for finding, masked for showing (R-303).

The keys come from the town's secret, which lies outside the database and may be renewed: the newest key seals, each ciphertext tells
which one it was, all are read; what finds and checks rests on the first one for ever (record 0046). What seals is AES-256-GCM, or
SM4-128-GCM (GB/T 32907, RFC 8998) where YIWANG_CIPHER says so; each ciphertext tells which one it is, and both are read whatever
is set (record 0034).
"""

import base64
import hashlib
import hmac
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from yiwang.kernel import ids, keyring

NONCE_BYTES = 12
TAG_BYTES = 16
SM4_KEY_BYTES = 16
SM4_MARK = b"YW:SM4\x00\x01"
"""In front of what SM4 sealed. AES has none: what was sealed before there was a choice has a random nonce there, and one in
2**64 of those would begin like this.
"""


KEY_MARK = b"YW:KEY\x00"
"""In front of what a renewed key sealed, with one byte that tells which. The first key writes none, as before there were others."""


@cache
def _key(purpose: bytes, number: int = 0) -> bytes:
    """A key of 256 bits for one purpose, derived from one key of the town's secret, so that no key serves two ends."""
    if not settings.SECRET_KEY:
        raise RuntimeError("YIWANG_SECRET_KEY is empty: start with `yiwang up`, which makes one, or set it")
    root = keyring.keys(settings.SECRET_KEY)[number]
    return HKDF(algorithm=SHA256(), length=32, salt=b"yiwang", info=purpose).derive(root.encode())


def key_count() -> int:
    """How many keys the town's secret has."""
    return len(keyring.keys(settings.SECRET_KEY))


def seal(text: str) -> bytes:
    """The text as ciphertext of the cipher in use, with its nonce in front. Sealing twice gives different bytes."""
    return seal_bytes(text.encode())


def seal_bytes(content: bytes) -> bytes:
    """The same for bytes, such as a file full of names."""
    nonce, number = ids.nonce(), key_count() - 1
    if settings.CIPHER == "sm4":
        sealed = SM4_MARK + nonce + _sm4_sealed(_sm4_key(number), nonce, content)
    else:
        sealed = nonce + AESGCM(_key(b"seal", number)).encrypt(nonce, content, None)
    return KEY_MARK + bytes([number]) + sealed if number else sealed


def unseal(sealed: bytes | memoryview) -> str:
    """The text again. Raises cryptography's InvalidTag when the bytes were changed or the town's secret is another."""
    return unseal_bytes(sealed).decode()


def unseal_bytes(sealed: bytes | memoryview) -> bytes:
    """The bytes again, whichever cipher and key sealed them. Raises as unseal does, also for a key that is not in the secret."""
    sealed, number = bytes(sealed), 0
    if sealed.startswith(KEY_MARK) and len(sealed) > len(KEY_MARK):
        number, sealed = sealed[len(KEY_MARK)], sealed[len(KEY_MARK) + 1 :]
        if number >= key_count():
            raise InvalidTag
    if sealed.startswith(SM4_MARK):
        rest = sealed[len(SM4_MARK) :]
        return _sm4_unsealed(_sm4_key(number), rest[:NONCE_BYTES], rest[NONCE_BYTES:])
    return AESGCM(_key(b"seal", number)).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)


def _sm4_key(number: int = 0) -> bytes:
    """A key of its own: no key serves two ciphers."""
    return _key(b"seal with SM4", number)[:SM4_KEY_BYTES]


def _sm4_sealed(key: bytes, nonce: bytes, content: bytes, aad: bytes = b"") -> bytes:
    sealing = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    sealing.authenticate_additional_data(aad)
    return sealing.update(content) + sealing.finalize() + sealing.tag


def _sm4_unsealed(key: bytes, nonce: bytes, sealed: bytes, aad: bytes = b"") -> bytes:
    if len(sealed) < TAG_BYTES:
        raise InvalidTag
    unsealing = Cipher(algorithms.SM4(key), modes.GCM(nonce, sealed[-TAG_BYTES:])).decryptor()
    unsealing.authenticate_additional_data(aad)
    return unsealing.update(sealed[:-TAG_BYTES]) + unsealing.finalize()


def keyed_hash(text: str) -> bytes:
    """HMAC-SHA-256 of the text, for finding a phone or name without reading it: 32 bytes."""
    return hmac.new(_key(b"look-up"), text.encode(), hashlib.sha256).digest()


def salt_for(text: str) -> bytes:
    """32 bytes for one text, always the same, that nobody without the town's secret can work out: hides what is hashed with them."""
    return hmac.new(_key(b"salt"), text.encode(), hashlib.sha256).digest()


def check_value(number: int = 0) -> bytes:
    """32 bytes that only this key makes and that tell nothing of it: kept in the database to know the secret again."""
    return hmac.new(_key(b"check", number), b"this is the secret of this town", hashlib.sha256).digest()


def is_own_check(value: bytes, number: int = 0) -> bool:
    """Whether that value was made with this key of the secret in use."""
    return number < key_count() and hmac.compare_digest(value, check_value(number))


def is_check_of_any(value: bytes) -> bool:
    """Whether one of the keys in use made that value: the newest key of a backup is among them, and so are all older ones."""
    return any(is_own_check(value, number) for number in range(key_count()))


def vouch(text: str) -> bytes:
    """32 bytes that only the town's newest key makes for a text: shows later that the town itself wrote it."""
    return _vouched(text, key_count() - 1)


def is_vouched(text: str, shown: bytes) -> bool:
    """Whether one of the keys in use made these bytes for that text."""
    return any(hmac.compare_digest(shown, _vouched(text, number)) for number in range(key_count()))


def _vouched(text: str, number: int) -> bytes:
    return hmac.new(_key(b"vouch", number), text.encode(), hashlib.sha256).digest()


def short_token(text: str) -> str:
    """A short public token (16 characters) that only this town can make from the text, for links."""
    return base64.urlsafe_b64encode(hmac.new(_key(b"token"), text.encode(), hashlib.sha256).digest()[:12]).decode()


def mask_phone(phone: str) -> str:
    """R-303: the first three and last four digits. Shorter numbers show only the last two."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else f"****{phone[-2:]}"


def mask_name(name: str) -> str:
    """R-303: the family name and stars."""
    return name[:1] + "*" * max(1, len(name) - 1) if name else ""
