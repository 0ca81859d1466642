"""The plain values that requests are made of: texts the database can keep, numbers of cases, points, problems."""

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from yiwang.cases import numbers
from yiwang.kernel.keeping import NOT_TEXT


def _text(value: str) -> str:
    if NOT_TEXT.search(value):
        raise ValueError("characters that are no text")
    return value


Text = Annotated[str, StringConstraints(max_length=5_000), AfterValidator(_text)]
"""What somebody writes."""
Line = Annotated[str, StringConstraints(max_length=200), AfterValidator(_text)]
"""A short text on one line: a name, a code, a title."""
Number = Annotated[Line, AfterValidator(numbers.tidy)]
"""A case's number as somebody typed it."""
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Version = Annotated[int, Field(ge=0, le=2_147_483_647)]


class Body(Schema):
    """What a request hands in: a field that nobody knows is a mistake, not something to pass over."""

    model_config = ConfigDict(extra="forbid")


class PointBody(Body):
    """A point in WGS 84 degrees (R-304: other data are turned at the edge, here none are taken)."""

    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]


class PersonBody(Body):
    """Somebody to be answered."""

    phone: Line
    name: Line = ""


class FieldProblem(Schema):
    """What is the matter with one field."""

    type: str
    title: str
    detail: str
    do: str
    parameters: dict[str, Any]


class ProblemAnswer(FieldProblem):
    """RFC 9457 problem details: type is the slug, title what is the matter, detail why, do what to do now."""

    status: int
    instance: str
    errors: dict[str, FieldProblem]


Channel = Literal["portal", "hotline", "desk", "grid"]
