"""The writes of places."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from yiwang.kernel.access import permission
from yiwang.kernel.ids import new_id
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.places import rules
from yiwang.kernel.places.book import Book
from yiwang.kernel.places.facts import PlaceChanged, PlaceRegistered, PlaceRetired, PlacesImported
from yiwang.kernel.places.problems import CodeTaken, ParentUnknown, PlaceUnchanged
from yiwang.kernel.places.rules import Draft, Known
from yiwang.kernel.terms import TOWN_WIDE, Call, PlaceId


@step("place.write")
def register_place(draft: Draft, *, call: Call) -> PlaceRegistered:
    """Enter one place into the register.

    Raises CodeTaken, ParentUnknown, CodeMissing, CodeWrong, CodeOutsideTown, NameMissing, ShapeWrong or DateWrong.
    """
    permission.require(call.actor, "place.write", TOWN_WIDE)
    book = Book()
    holder = book.find(draft.key)
    if holder is not None:
        raise CodeTaken(kind=str(draft.kind), code=draft.code, holder=holder.description.name)
    fact = rules.register(PlaceId(new_id(call.now)), book.describe(draft), draft)
    record(fact, call=call)
    return fact


@step("place.write")
def change_place(place_id: PlaceId, draft: Draft, *, call: Call) -> PlaceChanged:
    """Describe a registered place anew, as a whole; its kind stays.

    Raises PlaceUnknown, PlaceRetiredAlready, PlaceUnchanged, CodeTaken, and what register_place raises.
    """
    permission.require(call.actor, "place.write", TOWN_WIDE)
    book = Book()
    known = book.get(place_id)
    holder = book.find(draft.key)
    if holder is not None and holder.place_id != place_id:
        raise CodeTaken(kind=str(draft.kind), code=draft.code, holder=holder.description.name)
    fact = rules.change(known, book.describe(draft))
    if fact is None:
        raise PlaceUnchanged(name=known.description.name)
    record(fact, call=call)
    return fact


@step("place.write")
def retire_place(place_id: PlaceId, on: date, *, call: Call) -> PlaceRetired:
    """End a place's validity: from the day `on` it is no longer found; what refers to it keeps it.

    Raises PlaceUnknown, PlaceRetiredAlready, PlaceInUse, or DateWrong for a day before it began.
    """
    permission.require(call.actor, "place.write", TOWN_WIDE)
    book = Book()
    fact = rules.retire(book.get(place_id), on, book.dependents(place_id))
    record(fact, call=call)
    return fact


@step("place.write")
def import_places(
    drafts: Sequence[Draft], *, source: str, sha256: str, refused: int, call: Call
) -> PlacesImported | None:
    """Enter many places at once, one fact each; those known by kind and code are changed where they differ.

    None, and nothing recorded, when nothing differs. Places that are missing from the drafts, and retired ones, stay as
    they are. `source` and `sha256` name the file, `refused` counts its features that were left out before.
    All or nothing: raises what register_place raises, but not CodeTaken.
    """
    permission.require(call.actor, "place.write", TOWN_WIDE)
    book = Book()
    counts = {"registered": 0, "changed": 0, "unchanged": 0, "retired": 0}
    ordered, orphans = rules.arrange(drafts, book.keys)
    if orphans:
        raise ParentUnknown(parent=rules.parent_key(orphans[0]))
    for draft in ordered:
        counts[_enter(draft, book, call)] += 1
    if not counts["registered"] and not counts["changed"]:
        return None
    fact = PlacesImported(PlaceId(new_id(call.now)), source, sha256, refused=refused, **counts)
    record(fact, call=call)
    return fact


def _enter(draft: Draft, book: Book, call: Call) -> str:
    """Register or change one place, and say which."""
    description = book.describe(draft)
    known = book.find(draft.key)
    if known is None:
        registered = rules.register(PlaceId(new_id(call.now)), description, draft)
        record(registered, call=call)
        book.note(Known(registered.place_id, description, draft.valid_from, draft.valid_to))
        return "registered"
    if known.valid_to is not None:
        return "retired"
    changed = rules.change(known, description)
    if changed is None:
        return "unchanged"
    record(changed, call=call)
    book.note(replace(known, description=description))
    return "changed"
