"""A promise's page for those who keep up with it or check it: an Atom feed, and the entries behind it with their proofs."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import conditional_page, require_GET

from yiwang.kernel import walltime
from yiwang.kernel.access import permission
from yiwang.kernel.access.door import door
from yiwang.kernel.journal import exporting, sealed
from yiwang.plan import proving
from yiwang.plan import queries as plans
from yiwang.web.board import feed, shown


@require_GET
@conditional_page
@door("plan.read")
def promise_feed(request: HttpRequest, year: int, row: str) -> HttpResponse:
    """What happened to a promise, for a feed reader. Raises PromiseUnknown."""
    actor = request.actor  # type: ignore[attr-defined]
    found = plans.promise(actor, year, row, walltime.town_day(walltime.now()))
    content = feed.atom(
        feed.events(actor, year, row),
        year=year,
        row=row,
        title=shown.text(found.promise.promise),
        site=request.build_absolute_uri("/")[:-1],
        address=request.build_absolute_uri(),
    )
    return HttpResponse(content, content_type=feed.MEDIA_TYPE)


@require_GET
@never_cache
@door("plan.read")
def promise_proof(request: HttpRequest, year: int, row: str) -> HttpResponse:
    """The entries of the journal that tell of a promise in public, with their proofs, for `yiwang verify`. Raises NotSealedYet.

    Their hashes only: beside what is public an entry names an account. With their texts for who may export the journal.
    """
    actor = request.actor  # type: ignore[attr-defined]
    today = walltime.town_day(walltime.now())
    plans.promise(actor, year, row, today)
    with_text = not permission.reach(actor, "journal.export").nothing
    places = proving.places(actor, year, row, today)
    lines = exporting.of_places("promise", sealed.required(), f"{year}/{row}", places, with_text=with_text)
    answer = HttpResponse(b"".join(exporting.packed(lines)), content_type="application/gzip")
    answer["Content-Disposition"] = f'attachment; filename="promise-{year}-{row}.jsonl.gz"'
    return answer
