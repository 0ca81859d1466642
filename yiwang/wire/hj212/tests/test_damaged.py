"""Some thousand packets damaged by a seed; conformance/hj212.py does the same with millions and prints figures."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

PROGRAM = Path(__file__).resolve().parents[4] / "conformance" / "hj212.py"


@pytest.fixture
def conformance(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("conformance_hj212", PROGRAM)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(not PROGRAM.exists(), reason="conformance/ does not come with the installed package")
def test_no_damage_makes_the_codec_crash_hang_or_lose_a_byte(conformance: ModuleType) -> None:
    told = conformance.run(3000, 7)
    assert told.frames > 2000
    assert 0 < told.right < told.frames / 2
    assert set(told.faults) == set(conformance.packet.FAULTS)
    assert told.readings > 1000
    assert told.answered > 100
