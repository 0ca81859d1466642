"""The proxies that a town trusts to say where a request comes from: YIWANG_PROXIES."""

from ipaddress import IPv4Network, IPv6Network, ip_network

from django.core.exceptions import ImproperlyConfigured

WIDEST = {4: 24, 6: 64}
"""The shortest prefix of a network of proxies: 256 addresses, or one segment of IPv6. A wider one has others in it too."""


def networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Addresses and networks with commas between them, such as `127.0.0.1,10.1.0.2`: the proxies alone, one for each that a
    request passes, not the network that clients are in too, or these could name any address. Raises ImproperlyConfigured."""
    found = _read(text)
    for one in found:
        if one.prefixlen < WIDEST[one.version] and not one.is_loopback:
            raise ImproperlyConfigured(
                f"YIWANG_PROXIES: {one} is wider than /{WIDEST[one.version]}. Whoever has an address in it may say where they come "
                "from and so escape the limits on passwords and codes. Name the proxies' own addresses, such as "
                "127.0.0.1,10.1.0.2, or the small network that only they are in."
            )
    return found


def _read(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(one.strip()) for one in text.split(",") if one.strip())
    except ValueError as fault:
        raise ImproperlyConfigured(
            f"YIWANG_PROXIES: {fault}. It takes addresses or networks with commas, such as 127.0.0.1,10.1.0.2; "
            "leave it out when nothing stands in front of Yiwang."
        ) from None
