"""What can be refused about a place. The words stand in texts/*.yaml."""

from yiwang.kernel.problems import Problem


class DatumUnknown(Problem):
    """Nobody here knows the named datum. Parameter: datum."""

    slug = "datum-unknown"


class DatumMissing(Problem):
    """A file does not say its datum and its places look shifted. Parameters: example (feature number)."""

    slug = "datum-missing"


class DatumsMixed(Problem):
    """Two shapes of different datums were put together. Parameters: one, other."""

    slug = "datums-mixed"


class LooksShifted(Problem):
    """Lies inside the town only when read as another datum. Parameters: declared, likely, metres."""

    slug = "looks-shifted"


class LooksSwapped(Problem):
    """Latitude and longitude seem exchanged. Parameters: first, second."""

    slug = "looks-swapped"


class NoSuchCoordinate(Problem):
    """Not a pair of finite degrees within the globe. Parameters: first, second."""

    slug = "no-such-coordinate"


class OutsideTown(Problem):
    """Lies outside the town. Parameters: kilometres."""

    slug = "outside-town"


class ShapeBroken(Problem):
    """The geometry is missing, cannot be read or is empty. Parameters: why."""

    slug = "shape-broken"


class ShapeCrossesItself(Problem):
    """A polygon that crosses itself has no inside. Parameters: where."""

    slug = "shape-crosses-itself"


class ShapeWrong(Problem):
    """This kind of place is not drawn like this. Parameters: kind, given, allowed."""

    slug = "shape-wrong"


class KindUnknown(Problem):
    """No such kind of place. Parameters: kind, known."""

    slug = "place-kind-unknown"


class CodeMissing(Problem):
    """A place needs a code. Parameters: kind."""

    slug = "place-code-missing"


class CodeTaken(Problem):
    """Another place of this kind has the code. Parameters: kind, code, holder."""

    slug = "place-code-taken"


class CodeWrong(Problem):
    """The code is not built as its kind's codes are. Parameters: kind, code, rule."""

    slug = "place-code-wrong"


class CodeOutsideTown(Problem):
    """The code belongs to another town or committee. Parameters: code, expected."""

    slug = "place-code-of-another"


class NameMissing(Problem):
    """A place needs a name. Parameters: kind, code."""

    slug = "place-name-missing"


class ParentUnknown(Problem):
    """The place it is said to belong to is not there. Parameters: parent."""

    slug = "place-parent-unknown"


class DateWrong(Problem):
    """Not a date, or an end before the beginning. Parameters: given."""

    slug = "place-date-wrong"


class PropertyWrong(Problem):
    """A property has a value of the wrong type. Parameters: name, expected."""

    slug = "place-property-wrong"


class ValueNotKept(Problem):
    """A property holds what a database cannot keep: NUL, half a character, NaN, infinity, too deep. Parameters: name, deepest."""

    slug = "place-value-not-kept"


class PlaceUnknown(Problem):
    """There is no such place. Parameters: place."""

    slug = "place-unknown"
    status = 404


class PlaceRetiredAlready(Problem):
    """The place is no longer valid. Parameters: name, since."""

    slug = "place-retired"
    status = 409


class PlaceUnchanged(Problem):
    """The new description says nothing new. Parameters: name."""

    slug = "place-unchanged"
    status = 409


class PlaceInUse(Problem):
    """Other places belong to it. Parameters: name, count."""

    slug = "place-in-use"
    status = 409


class NotGeoJson(Problem):
    """The file is not a GeoJSON FeatureCollection. Parameters: why."""

    slug = "not-geojson"


class TooManyFeatures(Problem):
    """The file is larger than one import takes. Parameters: count, most."""

    slug = "too-many-features"


class AddressUnreadable(Problem):
    """No part of an address could be made out. Parameters: text."""

    slug = "address-unreadable"


class CellElsewhere(Problem):
    """A grid cell does not lie in the committee that its code names. Parameters: code, committee."""

    slug = "grid-cell-elsewhere"


class GridGap(Problem):
    """A part of a committee is in none of its cells. Parameters: committee, area_m2, area_mu, longitude, latitude."""

    slug = "grid-gap"


class GridOverlap(Problem):
    """Two areas that should not share ground do. Parameters: one, other, area_m2, area_mu."""

    slug = "grid-overlap"


class GridOrder(Problem):
    """A cell lies north-west of the one numbered before it. Parameters: code, before."""

    slug = "grid-order"
