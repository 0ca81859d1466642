"""Places in the register: written by steps, found by queries, loaded from files."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from yiwang.kernel.journal import queries as journal
from yiwang.kernel.journal import sequencer
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.places import loading, queries, steps
from yiwang.kernel.places.facts import PlaceRegistered, PlacesImported
from yiwang.kernel.places.models import Place
from yiwang.kernel.places.problems import (
    CodeTaken,
    ParentUnknown,
    PlaceInUse,
    PlaceRetiredAlready,
    PlaceUnchanged,
    PlaceUnknown,
)
from yiwang.kernel.places.rules import Draft, Kind
from yiwang.kernel.problems import LogInFirst, NotAllowed
from yiwang.kernel.terms import VISITOR, Actor, ActorKind, Call, Grant, Point, ScopeKind

FOLDER = Path(__file__).parents[4] / "towns" / "xinhai" / "places"
NOON = datetime(2026, 8, 20, 4, 0, tzinfo=UTC)


def staff(role):
    return Actor(ActorKind.STAFF, uuid4(), (Grant(role, ScopeKind.TOWN),))


def call_by(actor):
    return Call(actor=actor, now=NOON, door="test")


REGISTRAR = call_by(staff("registrar"))
MARKET = Draft(Kind.FACILITY, "F-99", "新海早市", "POINT (121.37 31.8)", "Point", aliases=("早市",), source="测绘")

pytestmark = pytest.mark.django_db


def recorded():
    """Everything in the journal, in order."""
    sequencer.sequence_once()
    return [placed.fact for placed in journal.entries_after(0, limit=1000)]


@pytest.fixture
def xinhai():
    return loading.load_places(FOLDER, call=REGISTRAR)


# --- loading ---------------------------------------------------------------------------------------------------------


def test_the_town_is_loaded_with_one_entry_per_place(xinhai):
    assert (xinhai.registered, xinhai.changed, xinhai.unchanged, xinhai.refusals) == (383, 0, 0, ())
    *places, summary = recorded()
    assert [type(fact) for fact in places] == [PlaceRegistered] * Place.objects.count() == [PlaceRegistered] * 383
    assert isinstance(summary, PlacesImported)
    assert (summary.registered, summary.source, len(summary.sha256)) == (383, "places", 64)


def test_the_same_folder_again_adds_nothing(xinhai):
    before = recorded()
    again = loading.load_places(FOLDER, call=REGISTRAR)
    assert (again.registered, again.changed, again.unchanged) == (0, 0, 383)
    assert recorded() == before


def test_a_changed_feature_becomes_one_change(xinhai, tmp_path):
    shutil.copytree(FOLDER, tmp_path / "places")
    file = tmp_path / "places" / "facilities.geojson"
    file.write_text(file.read_text(encoding="utf-8").replace('"新海集贸市场"', '"新海标准化菜市场"'), encoding="utf-8")
    again = loading.load_places(tmp_path / "places", call=REGISTRAR)
    assert (again.registered, again.changed, again.unchanged) == (0, 1, 382)
    assert queries.coded(VISITOR, Kind.FACILITY, "F-10").name == "新海标准化菜市场"


def test_the_good_rest_of_a_file_goes_in_and_the_refused_feature_is_named(xinhai):
    far = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [121.47, 31.23]}}
    near = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [121.37, 31.8]}}
    features = [
        {**far, "properties": {"kind": "site", "code": "S-90", "name": "人民广场"}},
        {**near, "properties": {"kind": "site", "code": "S-91", "name": "临时集市"}},
        {**near, "properties": {"kind": "building", "code": "B-9", "name": "9号楼", "parent": "estate/X-E99"}},
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    loaded = loading.load_geojson(content, file="sites.geojson", call=REGISTRAR)
    assert (loaded.registered, loaded.unchanged) == (1, 0)
    named = [(refusal.file, refusal.refusal.number, refusal.refusal.problem.slug) for refusal in loaded.refusals]
    assert named == [("sites.geojson", 1, "outside-town"), ("sites.geojson", 3, "place-parent-unknown")]


def test_what_is_exported_and_loaded_again_changes_nothing(xinhai):
    content = json.dumps(queries.export(VISITOR)).encode()
    again = loading.load_geojson(content, file="export.geojson", call=REGISTRAR)
    assert (again.registered, again.changed, again.unchanged, again.refusals) == (0, 0, 383, ())


def test_the_tables_are_what_the_journal_says(xinhai):
    market = queries.coded(VISITOR, Kind.FACILITY, "F-10")
    steps.change_place(market.place_id, replace(MARKET, code="F-10"), call=REGISTRAR)
    steps.retire_place(queries.coded(VISITOR, Kind.SITE, "S-07").place_id, date(2026, 8, 20), call=REGISTRAR)
    outcome = replay()
    assert outcome.entries == 386
    assert [difference for difference in outcome.differences if difference.table == "place"] == []


def test_a_retired_place_stays_retired_when_its_file_is_loaded_again(xinhai):
    works = queries.coded(VISITOR, Kind.SITE, "S-07")
    steps.retire_place(works.place_id, date(2026, 8, 1), call=REGISTRAR)
    again = loading.load_places(FOLDER, call=REGISTRAR)
    assert (again.registered, again.changed, again.unchanged) == (0, 0, 383)
    assert queries.coded(VISITOR, Kind.SITE, "S-07").valid_to == date(2026, 8, 1)


def test_what_belongs_to_a_refused_feature_is_refused_with_it_and_nothing_else(tmp_path):
    shutil.copytree(FOLDER, tmp_path / "places")
    file = tmp_path / "places" / "estates.geojson"
    file.write_text(file.read_text(encoding="utf-8").replace('"name":"跃进新村"', '"name":""', 1), encoding="utf-8")
    loaded = loading.load_places(tmp_path / "places", call=REGISTRAR)
    slugs = [refusal.refusal.problem.slug for refusal in loaded.refusals]
    assert (slugs.count("place-name-missing"), slugs.count("place-parent-unknown"), len(slugs)) == (1, 12, 13)
    assert loaded.registered == 383 - 13


# --- steps -----------------------------------------------------------------------------------------------------------


def test_a_registered_place_knows_its_committee_and_is_found_at_once(xinhai):
    fact = steps.register_place(MARKET, call=REGISTRAR)
    view = queries.place(VISITOR, fact.place_id)
    located = queries.locate(VISITOR, Point(121.37, 31.8))
    assert (located.nearest_id, located.distance_m) == (fact.place_id, 0)
    assert view.committee_id == located.committee_id == fact.description.committee_id
    assert ("早市", fact.place_id) in [(name.text, name.place_id) for name in queries.names(VISITOR)]


def test_a_building_belongs_to_its_estate_and_a_river_through_two_committees_to_none(xinhai):
    building = queries.coded(VISITOR, Kind.BUILDING, "B-E01-01")
    estate = queries.coded(VISITOR, Kind.ESTATE, "X-E01")
    assert building.parent_id == estate.place_id
    assert building.committee_id == estate.committee_id
    assert queries.coded(VISITOR, Kind.RIVER, "R-H02").committee_id is not None
    assert queries.coded(VISITOR, Kind.RIVER, "R-N01").committee_id is None


def test_a_code_is_given_once(xinhai):
    steps.register_place(MARKET, call=REGISTRAR)
    with pytest.raises(CodeTaken):
        steps.register_place(replace(MARKET, name="另一个"), call=REGISTRAR)
    row = Place.objects.get(code="F-99")
    row.id = uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_a_change_must_change_something_and_may_not_take_anothers_code(xinhai):
    fact = steps.register_place(MARKET, call=REGISTRAR)
    with pytest.raises(PlaceUnchanged):
        steps.change_place(fact.place_id, MARKET, call=REGISTRAR)
    with pytest.raises(CodeTaken):
        steps.change_place(fact.place_id, replace(MARKET, code="F-10"), call=REGISTRAR)
    with pytest.raises(ParentUnknown):
        steps.change_place(fact.place_id, replace(MARKET, parent="estate/X-E99"), call=REGISTRAR)


def test_a_retired_place_is_no_longer_found_but_still_readable(xinhai):
    fact = steps.register_place(MARKET, call=REGISTRAR)
    steps.retire_place(fact.place_id, date(2020, 1, 1), call=REGISTRAR)
    assert queries.locate(VISITOR, Point(121.37, 31.8)).nearest_id != fact.place_id
    assert queries.place(VISITOR, fact.place_id).valid_to == date(2020, 1, 1)
    assert fact.place_id not in [view.place_id for view in queries.listed(VISITOR, [Kind.FACILITY])]
    with pytest.raises(PlaceRetiredAlready):
        steps.retire_place(fact.place_id, date(2020, 1, 1), call=REGISTRAR)


def test_an_estate_with_buildings_is_not_retired(xinhai):
    with pytest.raises(PlaceInUse):
        steps.retire_place(queries.coded(VISITOR, Kind.ESTATE, "X-E01").place_id, date(2026, 8, 20), call=REGISTRAR)


def test_an_unknown_place_is_refused():
    with pytest.raises(PlaceUnknown):
        steps.retire_place(uuid4(), date(2026, 8, 20), call=REGISTRAR)
    with pytest.raises(PlaceUnknown):
        queries.place(VISITOR, uuid4())


@pytest.mark.parametrize(
    ("actor", "problem"),
    [
        (VISITOR, LogInFirst),
        (staff("operator"), NotAllowed),
        (staff("leader"), NotAllowed),
        (staff("administrator"), None),
        (Actor(ActorKind.SYSTEM), None),
    ],
)
def test_who_may_write(actor, problem):
    if problem is None:
        assert steps.register_place(MARKET, call=call_by(actor)).description.name == "新海早市"
        return
    with pytest.raises(problem):
        steps.register_place(MARKET, call=call_by(actor))


# --- queries ---------------------------------------------------------------------------------------------------------


def test_lists_sort_by_pinyin_and_numbers_by_their_value(xinhai):
    estates = [view.name for view in queries.listed(VISITOR, [Kind.ESTATE])]
    assert estates == ["长征新村", "海强苑", "红星小区", "新海二村", "新海三村", "新海一村", "跃进新村"]
    estate = queries.coded(VISITOR, Kind.ESTATE, "X-E01")
    buildings = [view.name for view in queries.listed(VISITOR, [Kind.BUILDING], text="新海一村")]
    assert buildings[:2] == ["新海一村1号楼", "新海一村2号楼"]
    assert buildings[-1] == "新海一村20号楼"
    assert estate.h3.startswith("89")


def test_a_list_is_filtered_by_committee_and_text(xinhai):
    committees = {view.name: view.place_id for view in queries.committees(VISITOR)}
    assert list(committees) == ["跃进居委会", "新海一村居委会", "新海二村居委会", "红星居委会", "长征居委会"]
    cells = queries.listed(VISITOR, [Kind.GRID_CELL], committee_id=committees["红星居委会"])
    assert {view.code[:12] for view in cells} == {"310151114004"}
    assert [view.name for view in queries.listed(VISITOR, text="菜场")] == ["新海集贸市场"]


def test_the_map_is_rebuilt_only_when_something_changed(xinhai):
    one = queries.town_map(VISITOR)
    assert queries.town_map(VISITOR) is one
    steps.register_place(MARKET, call=REGISTRAR)
    assert queries.town_map(VISITOR) is not one
