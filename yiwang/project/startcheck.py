"""Everything that a start loads from files, read as a start would and told with file and line. Nothing written, no database.

Each file is read by the module that owns it; here is only the list of what there is, and what fits only together.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from django.conf import settings

from yiwang.cases import classes
from yiwang.cases.classes import Catalogue
from yiwang.cases.shapes import RULES
from yiwang.gateways.mqtt.declared import TOPICS, read_topics
from yiwang.gateways.mqtt.messages import Listened
from yiwang.indicators import definitions
from yiwang.intake.sensing import factors
from yiwang.intake.sensing.alarms import declared as alarms
from yiwang.intake.sensing.factors import Factors
from yiwang.intake.sensing.loading import STATIONS, Declared, Names, read_stations
from yiwang.kernel.access import loading as access
from yiwang.kernel.access.rules import Table
from yiwang.kernel.params import loading
from yiwang.kernel.params.problems import RuleFileProblem
from yiwang.kernel.wording import PACKAGE
from yiwang.kernel.workdays.loading import office_hours, read_years
from yiwang.plan import loading as plan
from yiwang.plan.commitments import Commitment
from yiwang.plan.sources import Known
from yiwang.project import packfolders, packmeasured, packs, textfiles, townfolder
from yiwang.project.town_evidence import EVIDENCE, read_evidence
from yiwang.project.town_problems import DepartmentOfTypesMissing, OwnerOfRegisterMissing
from yiwang.project.townfolder import CheckedFolder, Town
from yiwang.registers import declared

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found: counts by name, and every fault. With a fault, what could not be read is counted as 0."""

    found: dict[str, int]
    faults: tuple[RuleFileProblem, ...]


@dataclass(frozen=True, slots=True)
class Law:
    """The files of ours that a start reads, below one folder of the package, and those of packs that lie elsewhere."""

    package: Path
    own_packs: Sequence[Path] = ()
    """Folders outside the package in which the town's own packs lie."""

    def permissions(self) -> Table:
        """Who may do what; not a list of files, because the rows mean something only with the roles."""
        roles = access.read_roles(access.roles_file(self.package))
        rows = access.read_table(access.permission_files(self.package), roles)
        access.read_second_factor(access.second_factor_file(self.package), rows)
        return rows

    @property
    def packs(self) -> list[Path]:
        return packfolders.folders(self.package / "packs", *self.own_packs)

    @property
    def rules(self) -> list[Path]:
        elsewhere = (path for folder in packfolders.folders(*self.own_packs) for path in loading.rule_files(folder))
        return sorted([*loading.rule_files(self.package), *elsewhere])

    @property
    def types(self) -> list[Path]:
        return self.of_packs("case_types.yaml")

    @property
    def registers(self) -> list[Path]:
        return self.of_packs("registers.yaml")

    @property
    def promises(self) -> list[Path]:
        return self.of_packs(plan.PROMISES)

    @property
    def factors(self) -> Path:
        return self.package / "intake" / "sensing" / "factors.yaml"

    def of_packs(self, name: str) -> list[Path]:
        """The file of that name in every pack that has it."""
        return [path for folder in self.packs if (path := folder / name).exists()]

    @property
    def notices(self) -> list[Path]:
        return sorted(self.package.glob("kernel/workdays/notices/*.yaml"))


def check(town_dir: Path, package: Path = PACKAGE) -> Checked:
    """Look at a town's folder and at everything of ours that starts with it: packs, dated rules, permissions, notices, texts."""
    law = Law(package, settings.OWN_PACKS)
    faults: list[RuleFileProblem] = []

    def tried(reading: Callable[[], T]) -> T | None:
        try:
            return reading()
        except RuleFileProblem as fault:
            faults.extend(fault.everything())
            return None

    checked = townfolder.check(town_dir)
    faults += checked.faults
    hours = tried(lambda: office_hours(town_dir / "office_hours.yaml"))
    installed = tried(lambda: packs.read_packs(law.packs, law.own_packs))
    rules = tried(lambda: loading.load(law.rules, shapes=RULES, all_of_them=True))
    permissions = tried(law.permissions)
    types = tried(lambda: classes.load(law.types))
    indicators = tried(lambda: definitions.load(law.packs, packmeasured.of_packs(law.packs)))
    registers = tried(lambda: declared.load(law.registers))
    measured = tried(lambda: factors.load(law.factors))
    alarm_rules = tried(lambda: alarms.load(law.packs))
    years = tried(lambda: read_years(law.notices))
    texts = tried(lambda: textfiles.read_texts(package, *law.own_packs))
    promises = tried(lambda: _promises(town_dir, checked.town, law.promises, _sources(indicators, registers)))
    stations = tried(lambda: _stations(town_dir, checked, measured, registers))
    topics = tried(lambda: _topics(town_dir, measured))
    if checked.town and types:
        faults += _departments_missing(checked.town, types)
    if checked.town and registers:
        faults += _owners_missing(checked.town, registers)
    found = {
        **checked.found,
        "office_hours": len(hours.periods) if hours else 0,
        "promises": len(promises or ()),
        "packs": len(installed or ()),
        "case_types": len(types.types()) if types else 0,
        "indicators": len(indicators or ()),
        "registers": len(registers.all()) if registers else 0,
        "stations": len(stations or ()),
        "topics": len(topics or ()),
        "alarms": len(alarm_rules or ()),
        "factors": len(measured.all()) if measured else 0,
        "rules": len(rules.ids()) if rules else 0,
        "notice_years": len(years or ()),
        "actions": len(permissions or ()),
        "texts": texts or 0,
    }
    return Checked(found, _each_once(faults))


def _sources(indicators: Mapping[str, object] | None, registers: declared.Catalogue | None) -> Known | None:
    """What promises may name as the source of their figures; None where that could not be read, which is a fault of its own."""
    if indicators is None or registers is None:
        return None
    return Known(indicators.keys(), {one.code: [field.code for field in one.fields] for one in registers.all()})


def _promises(town_dir: Path, town: Town | None, of_packs: list[Path], known: Known | None) -> tuple[Commitment, ...]:
    """The town's promises, those of packs, and their contents; none where the folder has no plan.yaml, which a town need not have."""
    if town is None or not (town_dir / plan.PROMISES).exists():
        return ()
    teams = [row["code"] for row in town.departments]
    contents = plan.read_contents(town_dir / plan.CONTENTS, teams=teams)
    promises = plan.read_commitments(town_dir / plan.PROMISES, teams=teams, known=known, of_packs=of_packs)
    plan.refuse_strangers(promises, contents)
    if (town_dir / EVIDENCE).exists():
        read_evidence(town_dir / EVIDENCE, {one.row: one.target is not None for one in promises})
    return promises


def _stations(
    town_dir: Path, checked: CheckedFolder, measured: Factors | None, registers: declared.Catalogue | None
) -> tuple[Declared, ...]:
    """The town's stations; none where the folder has no stations.yaml, or where what they name could not be read."""
    path = town_dir / STATIONS
    if checked.town is None or measured is None or registers is None or not path.exists():
        return ()
    teams = [row["code"] for row in checked.town.departments]
    return read_stations(path, measured, Names(teams, checked.drawn, [one.code for one in registers.all()]))


def _topics(town_dir: Path, measured: Factors | None) -> tuple[Listened, ...]:
    """The topics that the town listens to; none where the folder has no mqtt.yaml."""
    path = town_dir / TOPICS
    return read_topics(path, measured).listening if measured and path.exists() else ()


def _departments_missing(town: Town, catalogue: Catalogue) -> Iterator[RuleFileProblem]:
    """Departments that lead case types and are not in departments.yaml, each told at the first of its types."""
    known = {row["code"] for row in town.departments if row["kind"] != "committee"}
    led: dict[str, list[classes.CaseType]] = {}
    for case_type in catalogue.types():
        if case_type.department not in known:
            led.setdefault(case_type.department, []).append(case_type)
    for department, types in led.items():
        yield types[0].department_at.refuse(
            DepartmentOfTypesMissing,
            department=department,
            code=types[0].code,
            count=len(types),
            known=", ".join(sorted(known)),
        )


def _owners_missing(town: Town, catalogue: declared.Catalogue) -> Iterator[RuleFileProblem]:
    """Registers whose owner is not in departments.yaml: nobody would keep them."""
    known = {row["code"] for row in town.departments}
    for one in catalogue.all():
        if one.owner not in known:
            yield one.owner_at.refuse(
                OwnerOfRegisterMissing, owner=one.owner, register=one.code, known=", ".join(sorted(known))
            )


def _each_once(faults: list[RuleFileProblem]) -> tuple[RuleFileProblem, ...]:
    """A pack's files are read alone and together with the others': what is wrong in one of them is told once."""
    return tuple({(fault.file, fault.line, fault.slug, str(fault)): fault for fault in faults}.values())
