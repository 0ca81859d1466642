"""What is about a person is sealed by the cipher that the town chose, and read whichever sealed it."""

import pytest
from cryptography.exceptions import InvalidTag

from yiwang.kernel import secrecy

CIPHERS = ("aes", "sm4")
PLAIN = "水大爷 13900000001"
TAMPERINGS = [
    lambda sealed: sealed[:-1] + bytes([sealed[-1] ^ 1]),
    lambda sealed: sealed[:10] + bytes([sealed[10] ^ 1]) + sealed[11:],
    lambda sealed: sealed[:-17] + bytes([sealed[-17] ^ 1]) + sealed[-16:],
    lambda sealed: sealed[:-1],
    lambda sealed: sealed[:22],
    lambda sealed: secrecy.SM4_MARK + sealed.removeprefix(secrecy.SM4_MARK)[:8],
]


def test_sm4_in_gcm_gives_what_rfc_8998_publishes():
    """RFC 8998, appendix A.1."""
    key, nonce = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210"), bytes.fromhex("00001234567800000000ABCD")
    aad = bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
    plain = b"".join(bytes([value]) * 8 for value in (0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0xEE, 0xAA))
    sealed = secrecy._sm4_sealed(key, nonce, plain, aad)
    assert sealed.hex().upper() == (
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
        "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
        "83DE3541E4C2B58177E065A9BF7B62EC"
    )
    assert secrecy._sm4_unsealed(key, nonce, sealed, aad) == plain


@pytest.mark.parametrize("sealer", CIPHERS)
@pytest.mark.parametrize("reader", CIPHERS)
def test_what_one_cipher_sealed_is_read_while_the_other_is_in_use(settings, sealer, reader):
    settings.CIPHER = sealer
    sealed = secrecy.seal(PLAIN)
    assert sealed.startswith(secrecy.SM4_MARK) is (sealer == "sm4")
    settings.CIPHER = reader
    assert secrecy.unseal(memoryview(sealed)) == PLAIN
    assert secrecy.seal(PLAIN) != secrecy.seal(PLAIN)


@pytest.mark.parametrize("cipher", CIPHERS)
@pytest.mark.parametrize("tamper", TAMPERINGS)
def test_changed_or_shortened_bytes_are_refused(settings, cipher, tamper):
    settings.CIPHER = cipher
    with pytest.raises(InvalidTag):
        secrecy.unseal(tamper(secrecy.seal(PLAIN)))


def test_the_two_ciphers_have_keys_of_their_own():
    assert secrecy._sm4_key() != secrecy._key(b"seal")[: secrecy.SM4_KEY_BYTES]
