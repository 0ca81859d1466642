"""Acts of those who keep accounts, teams and places: a form, a permission and a step each, several on one page.

A page shows the forms of the deeds that its reader may do; a refused one stands there again with what was typed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from yiwang.kernel.access import permission
from yiwang.kernel.problems import LogInFirst, NotAllowed, Problem
from yiwang.kernel.terms import TOWN_WIDE, Actor, Call, Where
from yiwang.kernel.wording import problem_text
from yiwang.web import house
from yiwang.web.desk.casepage import field_content
from yiwang.web.desk.forms.acts import ActForm

Options = Mapping[str, list[dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Deed:
    """One act: `run` takes what it is about, what the form said, and the call. `danger`: it takes something away."""

    name: str
    action: str
    text: Any
    form: type[ActForm]
    run: Callable[[Any, dict[str, Any], Call], Any]
    danger: bool = False


@dataclass(slots=True)
class Asked:
    """A deed's form as it came back: what was typed, and what refused it."""

    deed: Deed
    form: ActForm
    refusal: dict[str, str] | None = None
    status: int = 422


def attempt(deed: Deed, about: Any, posted: Any, options: Options, call: Call) -> Asked | None:
    """Do the deed with what was posted. None when it is done; else the form to show again. Raises LogInFirst, NotAllowed."""
    form = deed.form(posted, options=dict(options))
    if not form.is_valid():
        return Asked(deed, form)
    try:
        deed.run(about, form.cleaned_data, call)
    except (LogInFirst, NotAllowed):
        raise
    except Problem as refusal:
        return Asked(deed, form, problem_text(refusal, house.language()), refusal.status)
    return None


def shown(
    deed: Deed,
    actor: Actor,
    address: str,
    options: Options,
    *,
    asked: Asked | None = None,
    where: Where = TOWN_WIDE,
    **initial: Any,
) -> dict[str, Any] | None:
    """What desk/deed.html shows of a deed: its form, fresh or as it was refused; None for who may not do it there."""
    if not permission.reach(actor, deed.action).covers(where):
        return None
    again = asked if asked is not None and asked.deed is deed else None
    form = again.form if again else deed.form(initial=initial, options=dict(options))
    form.auto_id = f"{deed.name}_%s"
    return {
        "name": deed.name,
        "text": deed.text,
        "danger": deed.danger,
        "action": address,
        "form": form,
        "fields": [field_content(form, name) for name in form.fields],
        "refusal": again.refusal if again else None,
        "open": again is not None,
    }
