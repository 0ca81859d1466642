"""Loading modules: the collector rests meanwhile, and a process that loads can be stopped."""

import gc
import signal
import subprocess
import sys
import time

import pytest

from yiwang.project import modules


def test_the_collector_rests_while_modules_are_loaded_and_looks_at_none_of_them_later():
    with modules.loaded():
        assert not gc.isenabled()
        kept = [[] for _ in range(1000)]
    try:
        assert gc.isenabled()
        assert not {id(one) for one in kept} & {id(one) for one in gc.get_objects()}
    finally:
        gc.unfreeze()


LOADS = """
import signal, time
signal.signal(signal.SIGTERM, lambda number, frame: None)  # as a server's process takes note and goes on
from yiwang.project import modules
with modules.stoppable():
    print("loading", flush=True)
    time.sleep(30)
"""


@pytest.mark.processes
def test_a_process_that_loads_its_pages_ends_at_once_when_it_is_asked_to():
    loads = subprocess.Popen([sys.executable, "-c", LOADS], stdout=subprocess.PIPE)
    assert loads.stdout.readline() == b"loading\n"
    began = time.monotonic()
    loads.terminate()
    assert loads.wait(timeout=20) == -signal.SIGTERM
    assert time.monotonic() - began < 5
    loads.stdout.close()
