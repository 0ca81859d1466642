"""What is measured in surface water: the items of table 1 of GB 3838-2002. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from yiwang.kernel.sheets.measured import Measured

COUNTED = (
    *("ph", "do", "codmn", "cod", "bod5", "nh3n", "tp", "cu", "zn", "f", "se", "as", "hg", "cd", "cr6", "pb", "cn"),
    *("phenol", "oil", "las", "sulfide"),
)
"""The items by which a section has its class (R-003), in the order of the table; mg/L but for pH."""
APART = ("tn", "faecal_coliform")
"""Items of the table with limits of five classes that do not enter the class of a section."""
TEMPERATURE = "temperature"
"""°C; it has no class, but says how much oxygen saturates the water."""
ITEMS = (*COUNTED, *APART, TEMPERATURE)

WORST = 6
"""Worse than class Ⅴ (劣Ⅴ类)."""
CLASSES = range(1, WORST + 1)
ROMAN = ("", "Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ", "劣Ⅴ")
"""How a class is written, by its number."""


class WaterType(StrEnum):
    """Which column of total phosphorus counts, and whether total nitrogen is judged."""

    RIVER = "river"
    LAKE = "lake"
    """Lakes and reservoirs."""


Sample = Mapping[str, Measured]
"""What was measured at one place and time, by item in its unit: mg/L; pH without one; temperature in °C; faecal coliforms per litre.
What was not measured is not in it.
"""
