"""The registers in force for this town, read once per process from the installed packs."""

from functools import cache

from django.conf import settings

from yiwang.registers.declared import Catalogue, load

FILE = "registers.yaml"


@cache
def catalogue() -> Catalogue:
    """Every register of the installed packs. Raises a RuleFileProblem with file and line."""
    return load(path for folder in settings.PACKS if (path := folder / FILE).exists())
