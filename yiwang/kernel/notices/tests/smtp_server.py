"""A small mail server for tests, on a port of its own: it speaks SMTP as far as a client needs, and keeps what it took."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


@dataclass
class Mailroom:
    """What was taken, and whom it refuses with which answer."""

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    refuses: dict[str, bytes] = field(default_factory=dict)


class Talk(socketserver.StreamRequestHandler):
    """One client's connection."""

    def handle(self) -> None:
        self.wfile.write(b"220 test\r\n")
        for line in self.rfile:
            word = line.strip().upper()
            if word == b"DATA":
                self.take()
            elif word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(self.answer(line.decode()) + b"\r\n")

    def answer(self, line: str) -> bytes:
        if not line.upper().startswith("RCPT TO"):
            return b"250 ok"
        room: Mailroom = self.server.room  # type: ignore[attr-defined]
        return room.refuses.get(line.split("<")[1].split(">")[0], b"250 ok")

    def take(self) -> None:
        self.wfile.write(b"354 go on\r\n")
        lines = list(iter(self.rfile.readline, b".\r\n"))
        room: Mailroom = self.server.room  # type: ignore[attr-defined]
        room.taken.append(message_from_bytes(b"".join(lines), policy=default))  # type: ignore[arg-type]
        self.wfile.write(b"250 taken\r\n")


@contextmanager
def serving() -> Iterator[Mailroom]:
    """The server, while the block runs."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        room = Mailroom(server.server_address[1])
        server.room = room  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield room
        server.shutdown()
