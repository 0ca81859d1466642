"""Style sheets, scripts and drawings: named by their content, sent packed, kept by browsers for good.

The server in front of the pages could send plain files only; a telephone on 2G waits three times as long for those.
"""

import gzip
import mimetypes
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

PREFIX = "/static/"
HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")
"""How ManifestStaticFilesStorage names a file after its content."""
FOR_GOOD = "public, max-age=31536000, immutable"
AN_HOUR = "public, max-age=3600"
PACKABLE = frozenset({".css", ".js", ".svg", ".json", ".txt"})
ACCEPTED = "HTTP_ACCEPT_ENCODING"
"""Where WSGI says how the browser wants an answer packed."""
KEPT = 256
"""So many packed files stay in memory; the town has some sixty."""


class StaticNames(ManifestStaticFilesStorage):
    """Names with hashes once the files are collected; the plain names before (tests, single commands)."""

    patterns = ()
    """Nothing inside the files is rewritten: no style sheet names another file, and the source maps of vendored scripts are not here."""

    def stored_name(self, name: str) -> str:
        """The name under which a file is served. Raises ValueError for a file that was not collected."""
        return super().stored_name(name) if self.hashed_files else name


class StaticFiles:
    """Answers GET and HEAD below /static/ from one folder as it is at the start; everything else goes to the pages."""

    def __init__(self, pages: WSGIApplication, folder: Path) -> None:
        self.pages = pages
        self.files = {
            path.relative_to(folder).as_posix(): path
            for path in folder.rglob("*")
            if path.is_file() and path.name != StaticNames.manifest_name
        }
        self.content: Callable[[str, bool], bytes] = lru_cache(KEPT)(self._read)

    def __call__(self, asked: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        name = asked["PATH_INFO"].removeprefix(PREFIX)
        if name not in self.files or asked["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self.pages(asked, start_response)
        packable = Path(name).suffix in PACKABLE
        packed = packable and "gzip" in asked.get(ACCEPTED, "")
        content = self.content(name, packed)
        headers = [
            ("Content-Type", mimetypes.guess_type(name)[0] or "application/octet-stream"),
            ("Content-Length", str(len(content))),
            ("Cache-Control", FOR_GOOD if HASHED.search(name) else AN_HOUR),
            ("X-Content-Type-Options", "nosniff"),
        ]
        headers += [("Vary", "Accept-Encoding")] if packable else []
        headers += [("Content-Encoding", "gzip")] if packed else []
        start_response("200 OK", headers)
        return [] if asked["REQUEST_METHOD"] == "HEAD" else [content]

    def _read(self, name: str, packed: bool) -> bytes:
        content = self.files[name].read_bytes()
        return gzip.compress(content, mtime=0) if packed else content
