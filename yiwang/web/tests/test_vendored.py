import hashlib
import tomllib
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parents[1]
VENDOR = WEB / "static" / "vendor"
LIST = tomllib.loads((WEB / "vendored.toml").read_text(encoding="utf-8"))
ENTRIES = [*LIST["file"], *LIST["licence"]]
LARGEST_BYTES = 2_000_000


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["path"])
def test_each_carried_file_is_the_one_that_was_recorded(entry: dict[str, str]) -> None:
    content = (VENDOR / entry["path"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert len(content) < LARGEST_BYTES


def test_nothing_stands_in_the_vendor_folder_that_is_not_recorded() -> None:
    there = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert there == {entry["path"] for entry in ENTRIES}


@pytest.mark.parametrize("entry", LIST["file"], ids=lambda entry: entry["path"])
def test_each_carried_file_names_its_version_and_has_its_licence_beside_it(entry: dict[str, str]) -> None:
    assert entry["package"]
    assert entry["version"]
    assert (VENDOR / entry["licence_file"]).is_file()


def test_htmx_is_of_the_second_generation() -> None:
    versions = {entry["package"]: entry["version"] for entry in LIST["file"]}
    assert versions["htmx.org"].startswith("2.")
