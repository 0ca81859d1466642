"""The sealed journal for programs: heads as signed notes, proofs, and for those who examine the town the whole export."""

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from yiwang.cases import queries as cases
from yiwang.kernel.access.door import door
from yiwang.kernel.journal import exporting, sealed, sealer, tree
from yiwang.kernel.journal.sealed import Sealed
from yiwang.kernel.people.origins import origin_of
from yiwang.kernel.people.steps import securitylog
from yiwang.kernel.problems import NotFound
from yiwang.web.transparency.views import actor_of

MOST_HEADS = 5_000
"""In one answer; who wants all asks again with `after` at the size of the last one."""
MOST_DIGITS = 15


def _text(content: str) -> HttpResponse:
    return HttpResponse(content, content_type="text/plain; charset=utf-8")


@require_GET
@never_cache
@door("seal.read")
def newest(request: HttpRequest) -> HttpResponse:
    """The newest head as a signed note. Raises NotSealedYet."""
    return _text(sealed.required().note)


@require_GET
@door("seal.read")
def one(request: HttpRequest, size: int) -> HttpResponse:
    """The head of this size as a signed note. Raises NotFound where none was signed at that size."""
    return _text(_head(size).note)


def _head(size: int) -> Sealed:
    found = sealed.newest(size) if size < 10**MOST_DIGITS else None
    if found is None or found.size != size:
        raise NotFound
    return found


@require_GET
@never_cache
@door("seal.read")
def heads(request: HttpRequest) -> HttpResponse:
    """Heads one after another, the smallest first, those above `after`: what a witness keeps and `--witness` reads."""
    after = request.GET.get("after", "0")
    begun = int(after) if after.isdecimal() and len(after) <= MOST_DIGITS else 0
    return _text("\n".join(sealed.notes_after(begun, MOST_HEADS)))


@require_GET
@door("seal.read")
def consistency(request: HttpRequest, first: int, second: int) -> HttpResponse:
    """That the head of `second` entries begins with the head of `first`. Raises NotFound for a size without a head."""
    smaller, larger = _head(first), _head(second)
    if first > second:
        raise NotFound
    proof = tree.consistency_proof(sealer.Stored(), first, second)
    plain = {"first": first, "second": second, "proof": [each.hex() for each in proof]}
    return JsonResponse(plain | {"first_head": smaller.note, "second_head": larger.note})


@require_GET
@never_cache
@door("seal.read")
def proof(request: HttpRequest, number: str) -> HttpResponse:
    """The proof of a case as a file for `yiwang verify`. Raises CaseUnknown, NotSealedYet."""
    found = cases.plain_status(actor_of(request), number)
    head = sealed.required()
    lines = exporting.proof_lines(head, found.number, exporting.proofs(head, "case", found.case_id))
    answer = HttpResponse(b"".join(exporting.packed(lines)), content_type="application/gzip")
    answer["Content-Disposition"] = f'attachment; filename="{found.number}-proof.jsonl.gz"'
    return answer


@require_GET
@never_cache
@door("journal.export")
def journal(request: HttpRequest) -> StreamingHttpResponse:
    """The whole journal up to its newest head, for those who examine the town. Raises NotSealedYet."""
    head = sealed.required()
    securitylog.note_export("journal.export", str(head.size), origin=origin_of(request), call=request.call())  # type: ignore[attr-defined]
    answer = StreamingHttpResponse(exporting.packed(exporting.lines(head)), content_type="application/gzip")
    answer["Content-Disposition"] = f'attachment; filename="journal-{head.size}.jsonl.gz"'
    return answer
