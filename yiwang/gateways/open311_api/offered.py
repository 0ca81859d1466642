"""The town's case types as services, and what each asks for."""

from yiwang.cases import law
from yiwang.cases.classes import SUPERVISION_KIND, CaseType
from yiwang.cases.public import listed_types
from yiwang.gateways.open311_api.problems import NoSuchService
from yiwang.kernel.wording import word
from yiwang.wire.open311.documents import Attribute, Definition, Service, Value

URGENT, YES, NO = "urgent", "yes", "no"


def service_types() -> dict[str, CaseType]:
    """What somebody can report, by code: every type but supervision, which a leader opens."""
    return {one.code: one for one in law.catalogue().types() if one.kind != SUPERVISION_KIND}


def service_type(code: str) -> CaseType:
    """The type behind a service code. Raises NoSuchService."""
    found = service_types().get(code)
    if found is None:
        raise NoSuchService(code=code[:40])
    return found


def services(language: str) -> list[Service]:
    """All services. `realtime`: its requests are listed, so the number is told; of the others the client gets a token."""
    listed = listed_types()
    return [
        Service(
            one.code,
            one.name[language],
            word(f"open311.kind.{one.kind}", language),
            metadata=True,
            type="realtime" if one.code in listed else "batch",
            keywords=(one.class_name[language], one.name[language]),
            group=one.class_name[language],
        )
        for one in service_types().values()
    ]


def definition(code: str, language: str) -> Definition:
    """What a service asks for beside the specification's own arguments. Raises NoSuchService."""
    return Definition(service_type(code).code, attributes(language))


def attributes(language: str) -> tuple[Attribute, ...]:
    """The fields that every service asks for: whether it is urgent."""
    return (
        Attribute(
            URGENT,
            "singlevaluelist",
            word("open311.urgent", language),
            order=1,
            datatype_description=word("open311.urgent.about", language),
            values=(Value(YES, word("open311.yes", language)), Value(NO, word("open311.no", language))),
        ),
    )
