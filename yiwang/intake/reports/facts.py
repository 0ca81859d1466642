"""What can happen to a report, in the past tense. Pure."""

from dataclasses import dataclass

from yiwang.kernel.terms import AccountId, CaseId, FileHash, PlaceId, ReportId, TeamId, fact, private


@fact("report.received", subject="report_id")
@dataclass(frozen=True, slots=True)
class ReportReceived:
    """Somebody told the town something, and a case was opened for it. `on_behalf`: whom it concerns, if another person."""

    report_id: ReportId
    case_id: CaseId
    number: str
    channel: str
    source_key: str | None
    reporter: AccountId | None
    on_behalf: AccountId | None
    photos: tuple[FileHash, ...] = ()
    title: str | None = private(default=None)
    text: str | None = private(default=None)
    place_text: str | None = private(default=None)
    contact_cipher: bytes | None = private(default=None)
    """What was written in place of a telephone, or beside it, sealed."""


@dataclass(frozen=True, slots=True)
class Said:
    """Why something is suggested: a key of the texts and what stands between its braces."""

    key: str
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SuggestedType:
    code: str
    probability: float
    reason: Said


@dataclass(frozen=True, slots=True)
class SuggestedPlace:
    place_id: PlaceId
    name: str
    score: float
    reason: Said


@dataclass(frozen=True, slots=True)
class SuggestedDuplicate:
    case_id: CaseId
    probability: float
    reason: Said


@fact("report.read", subject="report_id")
@dataclass(frozen=True, slots=True)
class ReportRead:
    """The reader read it. These are suggestions; a person decides. The reasons quote the message, so they are private."""

    report_id: ReportId
    reader: str
    top_code: str
    top_probability: float
    types: tuple[SuggestedType, ...] | None = private(default=None)
    places: tuple[SuggestedPlace, ...] | None = private(default=None)
    duplicates: tuple[SuggestedDuplicate, ...] | None = private(default=None)


@fact("report.forgetting_asked", subject="report_id")
@dataclass(frozen=True, slots=True)
class ForgettingAsked:
    """The person wants their words erased, and the case is still open: they go as soon as it has ended. `ground`: the law."""

    report_id: ReportId
    ground: str


@fact("report.forgotten", subject="report_id")
@dataclass(frozen=True, slots=True)
class ReportForgotten:
    """What one person told the town, in words and photos, was erased at their wish. The number and what the office did stay.

    `key_kept`: its number in another system stays too, or the next sheet would bring the erased words back.
    """

    report_id: ReportId
    key_kept: bool = False


@fact("report.contact_opened", subject="report_id")
@dataclass(frozen=True, slots=True)
class ContactOpened:
    """Somebody looked at what was written in place of a telephone: by which role and department, for what (`purpose`, a
    code), about which case (`about`, its number). Needed to read it (queries.contact_text)."""

    report_id: ReportId
    by: AccountId | None
    purpose: str
    about: str
    role: str
    team_id: TeamId | None


@fact("sheet.mapped", subject="sheet")
@dataclass(frozen=True, slots=True)
class SheetMapped:
    """How the columns of a kind of sheet are to be read, remembered for the next import. `columns`: field, name of its column.

    `datum`: what its coordinates refer to where no column says so; empty where nobody said it.
    """

    sheet: str
    columns: tuple[tuple[str, str], ...]
    datum: str = ""
