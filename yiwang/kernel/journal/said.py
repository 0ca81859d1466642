"""What a client said with its call, as a digest: the same key with anything else said is another asking and no retry."""

import inspect
import json
from collections.abc import Collection
from typing import Any

from pydantic import ConfigDict, TypeAdapter

from yiwang.kernel import secrecy

FRAME = frozenset({"call", "version"})
"""Arguments that are no part of what is said: who asks and when; and which row version was seen, a condition of the act."""

_ADAPTER: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any], config=ConfigDict(ser_json_bytes="hex"))


def digest(step: str, arguments: inspect.BoundArguments, apart: Collection[str]) -> bytes:
    """32 bytes for a step and its arguments but those named in `apart`; what is left at its default counts as said.

    Hashed with the town's key: arguments may be personal, and few enough to be guessed from a plain hash.
    """
    arguments.apply_defaults()
    told = {name: value for name, value in arguments.arguments.items() if name not in FRAME and name not in apart}
    return secrecy.keyed_hash(json.dumps([step, _ADAPTER.dump_python(told, mode="json")], sort_keys=True))
