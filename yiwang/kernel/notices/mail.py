"""How a mail reaches a mailbox. A town names its sender in YIWANG_MAIL_SENDER; ours write a file, or speak SMTP."""

import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings
from django.utils.module_loading import import_string
from rich.console import Console

from yiwang.kernel import ids, walltime
from yiwang.kernel.people.codes import NotSent

WAIT_S = 10.0
OUTBOX_MAIL = "yiwang.kernel.notices.mail.OutboxMail"
PORTS = {"smtp": 25, "starttls": 587, "smtps": 465}


class MailSender(Protocol):
    """Hands a mail to a mailbox. It must answer within seconds, taken or not."""

    def send(self, address: str, subject: str, text: str) -> None:
        """Send a plain text. Raises NotSent; anything else counts as a fault and is logged."""


class OutboxMail:
    """One file per mail in `var/outbox`, its first line the address, and a line on the console that names the file alone."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path(settings.DATA_DIR) / "outbox"

    def send(self, address: str, subject: str, text: str) -> None:
        """Write the file, readable by the town's own user only."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / f"{ids.new_id(walltime.now())}.txt"
        path.touch(mode=0o600)
        path.write_text(f"{address}\n{subject}\n\n{text}\n", encoding="utf-8")
        Console(stderr=True).print(f"[outbox] mail: {path.name}", highlight=False, markup=False, soft_wrap=True)


class SmtpMail:
    """By the server that YIWANG_SMTP names, from YIWANG_MAIL_FROM."""

    def send(self, address: str, subject: str, text: str) -> None:
        """Send it in a connection of its own."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = getattr(settings, "MAIL_FROM", ""), address, subject
        message["Auto-Submitted"] = "auto-generated"  # so that no holiday answer comes back
        message.set_content(text)
        try:
            with _connected(urlsplit(getattr(settings, "SMTP", ""))) as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused:
            raise NotSent("number") from None
        except smtplib.SMTPResponseException as refused:
            raise NotSent("busy" if 400 <= refused.smtp_code < 500 else "other") from None
        except (smtplib.SMTPException, OSError):
            raise NotSent("unreachable") from None


def _connected(server: SplitResult) -> smtplib.SMTP:
    """A connection to the server, under TLS and logged in where the address says so."""
    host, port = server.hostname or "", server.port or PORTS.get(server.scheme, 25)
    if server.scheme == "smtps":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=WAIT_S, context=ssl.create_default_context())
    else:
        connection = smtplib.SMTP(host, port, timeout=WAIT_S)
    if server.scheme == "starttls":
        connection.starttls(context=ssl.create_default_context())
    if server.username:
        connection.login(unquote(server.username), unquote(server.password or ""))
    return connection


def sender() -> MailSender:
    """The town's sender. Raises ImportError when YIWANG_MAIL_SENDER names none."""
    made: MailSender = import_string(getattr(settings, "MAIL_SENDER", OUTBOX_MAIL))()
    return made
