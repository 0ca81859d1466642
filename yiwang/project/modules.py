"""Loading the modules of a process: what they hold stays as long as the process, so the collector need not look through it."""

import gc
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

STOPS = (signal.SIGTERM, signal.SIGINT)
SELDOM = (100_000, 20, 20)
"""When Python looks for what is unreachable: readings come by the thousand and are freed without it, and looking through them took a
third of the time of a page that stores them, and half of an instrument's."""


@contextmanager
def loaded() -> Iterator[None]:
    """No collection while modules are loaded, which takes a fifth of the time, and seldom one afterwards, that does not look at them.

    A collection of everything in a page's process would otherwise stop it for a quarter of a second.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(*SELDOM)
        gc.enable()


@contextmanager
def stoppable() -> Iterator[None]:
    """While a page's process loads, a signal that asks to stop ends it at once.

    It is forked with its server's handlers, which only take note, and would be killed after five seconds of waiting.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {which: signal.signal(which, signal.SIG_DFL) for which in STOPS}
    try:
        yield
    finally:
        for which, handler in before.items():
            signal.signal(which, handler)
