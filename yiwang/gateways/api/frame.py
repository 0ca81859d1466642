"""The API itself, and how an operation is declared: its address, its action, and what it answers."""

from collections.abc import Callable, Mapping
from http.client import responses as phrases
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.renderers import JSONRenderer
from ninja.security.apikey import APIKeyCookie
from ninja.utils import check_csrf

from yiwang.gateways.api.answers import MEDIA_TYPE, answer_refusals
from yiwang.gateways.api.problems import NotJson, TokenMissing
from yiwang.gateways.api.words import ProblemAnswer
from yiwang.kernel.access.door import enter
from yiwang.kernel.access.permission import table

SAFE = ("GET", "HEAD", "OPTIONS")
REFUSALS = (400, 401, 403, 404, 409, 410, 411, 413, 415, 422, 429, 503, 507)
"""The statuses a refusal may have; 405 and 500 are the frame's own."""
FAILURES = (*REFUSALS, 405, 500)
SCHEMAS = "#/components/schemas/"
KEY_HEADER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same again under its key gets the first answer; anything else under it is refused with 409.",
    "schema": {"type": "string", "maxLength": 200, "pattern": "^[ -~]*$"},
}

GZIP = "application/gzip"
SHEET = {"text/csv": {"schema": {"type": "string"}}}


class Plain(JSONRenderer):
    """JSON with Chinese written as Chinese."""

    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False}


class Api(NinjaAPI):
    """The town's API, whose description names problems by their own media type and says where nobody need log in."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> Any:
        """The description at /api/openapi.json."""
        schema = super().get_openapi_schema(*args, **kwargs)
        for item in schema["paths"].values():
            for method, operation in item.items():
                _describe(method, operation)
        schema["components"]["schemas"] |= _schemas_of_refusals()
        return schema


def _schemas_of_refusals() -> dict[str, Any]:
    of_all = ProblemAnswer.model_json_schema(mode="serialization", ref_template=f"{SCHEMAS}{{model}}")
    return {**of_all.pop("$defs"), ProblemAnswer.__name__: of_all}


def _describe(method: str, operation: dict[str, Any]) -> None:
    for status in FAILURES:
        schema = {"$ref": f"{SCHEMAS}{ProblemAnswer.__name__}"}
        operation["responses"][status] = {"description": phrases[status], "content": {MEDIA_TYPE: {"schema": schema}}}
    if "visitor" in table().get(operation["x-action"], {}):
        operation["security"] = [{}, *operation.get("security", [])]
    if method == "post":
        operation.setdefault("parameters", []).append(KEY_HEADER)


api = Api(
    title="一网 Yiwang",
    version="1",
    description="Reports, cases and the town's places. Every refusal says what, why, and what to do now.",
    docs_url=None,
    urls_namespace="api",
    renderer=Plain(),
)
answer_refusals(api)


class SessionCookie(APIKeyCookie):
    """Who asks is known by the session's cookie; with one, an unsafe method needs the token of GET /api/session."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, action: str, *, json: bool) -> None:
        super().__init__()
        self.action = action
        self.json = json

    def __call__(self, request: HttpRequest) -> bool:
        """Pass whoever may do the action somewhere. Raises TokenMissing, NotAllowed, LogInFirst, NotJson."""
        if request.method not in SAFE and self.param_name in request.COOKIES and check_csrf(request) is not None:
            raise TokenMissing
        enter(request.actor, self.action)  # type: ignore[attr-defined]
        if self.json and request.content_type != "application/json":
            # Also what keeps a foreign page's form from logging somebody in: a form cannot send this type.
            raise NotJson(found=request.content_type)
        return True

    def authenticate(self, request: HttpRequest, key: str | None) -> bool:
        """The same for callers that have taken out the cookie: who it belongs to, the session middleware has found already."""
        return self(request)


def _content(status: int, sheet: bool, packed: bool) -> dict[str, Any]:
    """What an operation answers beside JSON, or in its place."""
    content = (SHEET if sheet else {}) | ({GZIP: {"schema": {"type": "string", "format": "binary"}}} if packed else {})
    return {"responses": {status: {"content": content}}} if content else {}


V = TypeVar("V", bound=Callable[..., Any])


def opens(
    method: str,
    path: str,
    action: str,
    answers: Any,
    *,
    status: int = 200,
    json: bool | None = None,
    sheet: bool = False,
    packed: bool = False,
) -> Callable[[V], V]:
    """Declare an operation: the action it stands for (asked before anything is read) and the schema of its answer.

    `sheet`: it answers as CSV too, where that is asked for; `packed`: it answers with a gzip file.
    """

    def declare(view: V) -> V:
        view.action = action  # type: ignore[attr-defined]
        api.api_operation(
            [method],
            path,
            auth=SessionCookie(action, json=method in ("POST", "PUT", "PATCH") if json is None else json),
            response={
                status: answers
            },  # refusals are exceptions (answers.py): a model for each would take a second of a start
            operation_id=view.__name__,
            openapi_extra={"x-action": action} | _content(status, sheet, packed),
        )(view)
        return view

    return declare
