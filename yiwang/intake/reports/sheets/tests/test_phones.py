"""What people write into a contact cell, and what the town makes of it."""

import pytest

from yiwang.intake.reports.sheets.phones import Contact, read_contact

CELLS = [
    # as written, the number that is used, whether the words beside it are kept
    ("", "", False),
    ("13900000001", "13900000001", False),
    ("139 0000 0001", "13900000001", False),
    ("139-0000-0001", "13900000001", False),
    ("1390 000 0001", "13900000001", False),
    ("+86 139 0000 0001", "13900000001", False),
    ("008613900000001", "13900000001", False),
    ("１３９０００００００１", "13900000001", False),
    ("13900000001.0", "13900000001", False),
    ("021-59610000", "02159610000", False),
    ("（021）5961 0000", "02159610000", False),
    ("0513—8210000", "05138210000", False),
    ("无", "", True),
    ("不详", "", True),
    ("/", "", True),
    ("12345678", "", True),
    ("59610000", "", True),
    ("1390000000", "", True),
    ("139000000011", "", True),
    ("1.39E+10", "", True),
    ("QQ 12345", "", True),
    ("13900000001/13900000002", "13900000001", True),
    ("13900000001 13900000002", "13900000001", True),
    ("13900000001、021-59610000", "13900000001", True),
    ("1390000000，13900000002", "13900000002", True),
    ("1390000000 13900000002", "13900000002", True),
    ("021-59610000-8012", "02159610000", True),
    ("021-59610000-1", "02159610000", True),
    ("021-59610000转8012", "02159610000", True),
    ("13900000001（女儿）", "13900000001", True),
    ("王演示：139 0000 0001", "13900000001", True),
]


@pytest.mark.parametrize(("written", "phone", "kept"), CELLS)
def test_a_number_that_can_be_dialled_is_used_and_other_words_are_kept_as_written(written, phone, kept):
    assert read_contact(f" {written}\n") == Contact(phone, written if kept else "")
