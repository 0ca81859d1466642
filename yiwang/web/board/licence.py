"""Under which licence the public figures may be used (docs/adr/0031)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Licence:
    """An open licence by its short name (SPDX) and its address."""

    name: str
    spdx: str
    address: str


LICENCE = Licence("CC BY 4.0", "CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/")
