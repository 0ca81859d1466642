"""The proxies that a town trusts to say where a request comes from: YIWANG_PROXIES."""

from ipaddress import IPv4Network, IPv6Network, ip_network

from django.core.exceptions import ImproperlyConfigured


def networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Addresses and networks with commas between them, such as `127.0.0.1,10.1.0.2`: the proxies alone, not the network
    that clients are in too, or these could name any address. Raises ImproperlyConfigured."""
    try:
        return tuple(ip_network(one.strip()) for one in text.split(",") if one.strip())
    except ValueError as fault:
        raise ImproperlyConfigured(
            f"YIWANG_PROXIES: {fault}. It takes addresses or networks with commas, such as 127.0.0.1,10.1.0.2; "
            "leave it out when nothing stands in front of Yiwang."
        ) from None
