"""Who opened one's number, as one reads it: the department and the role, never a name."""

from typing import Any

from django.utils.translation import gettext as _

from yiwang.kernel.people import queries as people
from yiwang.kernel.terms import Actor
from yiwang.kernel.wording import word
from yiwang.web import house
from yiwang.web.portal import case_words, room


def looks_of(actor: Actor) -> list[dict[str, Any]]:
    """Each look with its moment, office, role, purpose and case, the newest first."""
    known = case_words.names(actor)
    return [
        {
            "at": look.at,
            "who": known.of(look.team_id) if look.team_id else _("镇城运中心"),
            "role": room.role_name(look.role),
            "why": word(f"case.purpose.{look.purpose}", house.language()) if look.purpose else look.reason,
            "number": look.about,
        }
        for look in people.looks_at_me(actor)
    ]
