"""Where sessions are kept: Django's table, read without its ORM. Every request reads one, and making the question anew took longer
than PostgreSQL's answer.
"""

from typing import Any

from django.contrib.sessions.backends import db
from django.db import connection

from yiwang.kernel import walltime


class SessionStore(db.SessionStore):
    """Django's sessions in the database; what they hold is written as Django writes it."""

    def load(self) -> dict[str, Any]:
        """What the session with this key holds; nothing, and no key any more, when there is none or its time is over."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s",
                [self.session_key, walltime.unmoved()],
            )
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        return dict(self.decode(row[0]))
