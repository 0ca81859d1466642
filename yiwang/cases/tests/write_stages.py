"""Write docs/reference/case_stages.md again: `python -m yiwang.cases.tests.write_stages`."""

from yiwang.cases import diagram
from yiwang.cases.tests.test_stages import PAGE

if __name__ == "__main__":
    PAGE.write_text(diagram.page(), encoding="utf-8")
