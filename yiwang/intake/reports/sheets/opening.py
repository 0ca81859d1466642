"""A sheet of messages is opened as any other; its header is the row that holds most of the names we know for their columns."""

from functools import partial

from yiwang.intake.reports.sheets.columns import known_names
from yiwang.kernel.sheets import opening

open_sheet = partial(opening.open_sheet, known=known_names)
"""As kernel.sheets.opening.open_sheet."""
