"""Several sources of news as one."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from typing import Any


async def merged(sources: Mapping[str, AsyncGenerator[Any, None]]) -> AsyncGenerator[tuple[str, Any], None]:
    """What the sources give, each with its source's name, as it comes and without end. Close it to close them all."""
    waiting = {asyncio.ensure_future(anext(source)): name for name, source in sources.items()}
    try:
        while True:
            done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                name = waiting.pop(task)
                yield name, task.result()
                waiting[asyncio.ensure_future(anext(sources[name]))] = name
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        for source in sources.values():
            await source.aclose()
