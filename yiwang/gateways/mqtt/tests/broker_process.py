"""A real Mosquitto on a free port, that can be ended and started again with what it kept."""

import socket
import subprocess
import time
from pathlib import Path

LISTENS_S = 10.0


class Mosquitto:
    """One broker with a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        folder.mkdir(exist_ok=True)
        self._file = folder / "mosquitto.conf"
        lines = [f"listener {self.port} 127.0.0.1", "allow_anonymous true", "user root", "persistence true"]
        self._file.write_text("\n".join([*lines, f"persistence_location {folder}/", "log_type all"]) + "\n")
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it listens."""
        log = (self.folder / "mosquitto.log").open("ab")
        self.process = subprocess.Popen(["/usr/sbin/mosquitto", "-c", str(self._file)], stdout=log, stderr=log)
        end = time.monotonic() + LISTENS_S
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError("mosquitto does not listen")

    def stop(self) -> None:
        """End it; it keeps its sessions on disk."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
            self.process = None
