"""What the command line cannot do, told so that the reader can go on: printed without a trace, exit code 2."""


class Refusal(Exception):
    """Says what is the matter, why, and what to do now."""

    exit_code = 2
