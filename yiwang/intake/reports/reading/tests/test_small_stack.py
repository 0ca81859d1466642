"""The reader is trained by whichever thread asks first: in the web server one with a stack of two megabytes."""

import subprocess
import sys

TRAIN_ON_A_SMALL_STACK = """
import threading
from pathlib import Path
from yiwang.cases import classes
from yiwang.intake.reports.reading.ngram_reader import NgramReader
from yiwang.intake.reports.reading.reader import TypeWords

types = classes.load(sorted(Path("yiwang").glob("packs/*/case_types.yaml"))).types()
words = [TypeWords(one.code, one.name["zh-Hans"], one.department, one.examples) for one in types]
threading.stack_size(1 << 20)
thread = threading.Thread(target=NgramReader, args=(words,))
thread.start()
thread.join()
print("trained on", len(words), "types")
"""


def test_the_packs_sentences_are_learnt_on_a_stack_of_one_megabyte():
    """In a process of its own: where the stack does not suffice, the operating system ends the whole process."""
    done = subprocess.run(
        [sys.executable, "-c", TRAIN_ON_A_SMALL_STACK], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout[:10]) == (0, "trained on"), done.stderr
