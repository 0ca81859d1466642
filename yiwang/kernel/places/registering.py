"""One place as somebody describes it on a form: read and checked exactly as a feature of a file would be."""

import json
from typing import Any

from yiwang.kernel.places import queries
from yiwang.kernel.places.datum import Datum
from yiwang.kernel.places.geojson import read_geojson
from yiwang.kernel.places.problems import ShapeBroken
from yiwang.kernel.places.rules import Draft
from yiwang.kernel.terms import Actor


def draft_from(actor: Actor, feature: dict[str, Any], datum: Datum) -> Draft:
    """The draft that a GeoJSON feature describes. Raises the Problem for which a file's import would refuse it."""
    try:
        content = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    except RecursionError as error:
        raise ShapeBroken(why="coordinates") from error
    found = read_geojson(content, datum, queries.frame(actor))
    if found.refusals:
        raise found.refusals[0].problem
    return found.drafts[0]
