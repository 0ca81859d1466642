"""The life of one case, from the report to its rating, as people would take it through the API.

A life is a generator: it acts, then gives the moment at which it wants to go on.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from yiwang.kernel import walltime
from yiwang.kernel.ids import Dice
from yiwang.kernel.workdays.calendar import Calendar
from yiwang.project.simulation import photos, plans
from yiwang.project.simulation.cast import CALLERS, Cast
from yiwang.project.simulation.doors import Person
from yiwang.project.simulation.plans import Plan
from yiwang.project.simulation.sentences import Words, some, troubles, words

Life = Iterator[datetime]
LEADING = frozenset({"accepted", "dispatched", "returned", "disputed", "handling", "handled", "verified", "suspended"})
"""States of a case that another may follow, as anybody may ask for them."""
BEFORE_ITS_END = frozenset(
    {"accepted", "dispatched", "returned", "disputed", "handling", "suspended", "asked", "handled"}
)
"""Where a case may be left waiting before anybody looks at what was done."""


@dataclass(slots=True)
class Tally:
    """What happened so far, counted."""

    reports: dict[str, int] = field(default_factory=dict)
    steps: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    photos: int = 0
    numbers: list[str] = field(default_factory=list)
    told: Words | None = None
    """What somebody told of last."""

    def count(self, what: dict[str, int], key: str) -> None:
        """One more of a kind."""
        what[key] = what.get(key, 0) + 1


@dataclass(slots=True)
class Case:
    """One case on its way: who said what, and what is going to become of it."""

    cast: Cast
    calendar: Calendar
    tally: Tally
    dice: Dice
    plan: Plan
    arrived: datetime
    words: Words = field(init=False)
    number: str = ""
    token: str = ""
    resident: str = ""
    team: str = ""
    assistant: str = ""
    repeated: bool = False
    other: "Case | None" = None
    """The second matter that it held, as a case of its own."""

    def __post_init__(self) -> None:
        department = {one["code"]: one["department"] for one in self.cast.types.values()}
        fitting = tuple(one for one in troubles() if self.plan.team in ("", department[one.type]))
        self.words = words(self.dice, self.plan.channel, self.cast.spots, fitting or troubles())

    # --- doing -------------------------------------------------------------------------------------------------------

    def take(self, person: Person, arrow: str, **body: Any) -> None:
        """Take the case along an arrow."""
        person.post(f"/cases/{self.number}/{arrow}", body)
        self.tally.count(self.tally.steps, arrow)

    def office(self, minutes: int) -> datetime:
        """The moment after so many minutes of office time from now."""
        opened = self.calendar.next_working_moment(walltime.now())
        return self.calendar.add_working_minutes(opened, max(1, minutes))

    def photo(self, person: Person) -> dict[str, Any]:
        """A photo as proof, or in words why there is none."""
        if not self.plan.photo:
            return {"no_photo_reason": some(self.dice, "no_photo")}
        self.tally.photos += 1
        return {"photos": [person.photo(photos.picture(self.dice))]}

    @property
    def handler(self) -> Person:
        """Somebody of the department that has the case."""
        return self.cast.of("handler", self.team)

    @property
    def state(self) -> str:
        """The state it is in, as anybody may ask."""
        return str(self.cast.visitor.get(f"/reports/{self.number}")["state"])

    # --- the stages --------------------------------------------------------------------------------------------------

    def life(self) -> Life:
        """From the report to the end that was drawn for it."""
        self.report()
        if self.plan.stop == "gathered":
            return
        if self.plan.stop == "merged" or self.repeated:
            yield self.office(30)
            if self.merge():
                yield from self.calling_back()
                return
        settled = False
        if self.plan.settled:
            yield self.office(20)
            settled = self.settle()
        if not settled:
            yield from self.in_hand()
        if (self.plan.ending != plans.PLAIN and not settled) or self.plan.stop in BEFORE_ITS_END:
            return
        yield from self.ending()
        yield from self.afterwards()

    def in_hand(self) -> Life:
        """Taken on by the desk and handled by its department, as far as the plan lets it come."""
        yield from self.accepting()
        if self.plan.ending != plans.PLAIN or self.plan.stop == "accepted":
            return
        if self.plan.split:
            self.split()
        yield from self.dispatching()
        if self.plan.stop not in ("dispatched", "returned", "disputed"):
            yield from self.handling()

    def afterwards(self) -> Life:
        """The second matter that it held is handled too; and perhaps it was not mended after all."""
        if self.other is not None:
            yield from self.other.onwards()
        if self.plan.reopened:
            yield self.office(900)
            yield from self.again()

    def onwards(self) -> Life:
        """From its department to its close: the way of what was accepted as part of another case."""
        yield from self.dispatching()
        yield from self.handling()
        yield from self.ending()

    def report(self) -> None:
        """Somebody tells the town."""
        channel, told = self.plan.channel, self.tally.told
        if self.plan.repeats and told is not None and channel != "grid":
            self.repeated = True
            self.words = words(self.dice, channel, (told.spot,), (told.trouble,))
        self.tally.told = None if self.repeated else self.words
        spot = self.words.spot
        body: dict[str, Any] = {
            "text": self.words.text,
            "channel": channel,
            "place_id": spot.place_id,
            "point": {"longitude": spot.longitude, "latitude": spot.latitude},
            "place_text": spot.name,
        }
        person = self.reporter(channel)
        if channel in ("hotline", "desk"):
            body["reporter"] = {"phone": f"1990000{1000 + self.dice.randrange(CALLERS)}", "name": "演示来电"}
            body["title"] = self.words.trouble.title
        if channel in ("portal", "grid") and self.plan.photo:
            body["photos"] = [person.photo(photos.picture(self.dice))]
            self.tally.photos += 1
        answer = person.post("/reports", body)
        self.number, self.token = answer["number"], answer["token"]
        self.tally.count(self.tally.reports, channel)
        self.tally.numbers.append(self.number)

    def merge(self) -> bool:
        """The desk finds that it is the same matter as the case which the reader holds most like it, if that may lead."""
        desk = self.cast.of("operator")
        advice = desk.get(f"/cases/{self.number}")["advice"]
        alike = [one["key"] for one in advice["duplicates"]] if advice else []
        if not alike or self.cast.visitor.get(f"/reports/{alike[0]}")["state"] not in LEADING:
            return False
        self.take(desk, "merge", main=alike[0], explanation=some(self.dice, "merge"))
        return True

    def calling_back(self) -> Life:
        """When its main case was closed, and it with that, its own reporter is called too."""
        if self.plan.stop == "merged":
            return
        yield self.office(1500)
        desk = self.cast.of("operator")
        if self.state == "closed" and not desk.get(f"/cases/{self.number}")["called_back"]:
            self.take(desk, "call_back", called_back="solved")

    def split(self) -> None:
        """The desk finds a second matter in it, which is a case of its own from then on."""
        plan = replace(plans.quick(self.plan), stop="", rated=False, channel=self.plan.channel)
        other = Case(self.cast, self.calendar, self.tally, self.dice, plan, self.arrived)
        fitting = tuple(one for one in troubles() if one.type[0] in "CE" and one.type != self.words.trouble.type)
        other.words = words(self.dice, "desk", (self.words.spot,), fitting)
        trouble = other.words.trouble
        body = {"type_code": trouble.type, "title": trouble.title, "text": other.words.text}
        answer = self.cast.of("operator").post(f"/cases/{self.number}/split", body)
        other.number = answer["fact"]["child_number"]
        self.tally.count(self.tally.steps, "split")
        self.tally.numbers.append(other.number)
        self.other = other

    def reporter(self, channel: str) -> Person:
        """Who tells it on this channel."""
        if channel == "portal":
            self.resident = self.dice.choice(self.cast.residents)
            return self.cast.session(self.resident)
        if channel == "grid":
            return self.cast.of("grid_worker", self.dice.choice(self.cast.grounds("grid_worker")))
        return self.cast.of("operator", dice=self.dice)

    def settle(self) -> bool:
        """The grid worker mends it on the spot, if it lies in their own committee."""
        worker = self.cast.of("grid_worker", self.dice.choice(self.cast.grounds("grid_worker")))
        if "settle" not in self._arrows(worker):
            return False
        self.take(worker, "settle", type_code=self.words.trouble.type, result=self.words.mend, **self.photo(worker))
        return True

    def _arrows(self, person: Person) -> list[str]:
        """What somebody may do with it now: nothing when it is not theirs to see."""
        found = person.get(f"/cases?text={self.number}")["cases"]
        return list(person.get(f"/cases/{self.number}")["arrows"]) if found else []

    def accepting(self) -> Life:
        """A named person at the desk takes it on, declines it, or finds that there is nothing to do."""
        yield self.office(self.plan.accept_after)
        desk, duty = self.cast.of("operator", dice=self.dice), self.cast.of("duty_officer")
        if self.plan.ending == plans.DECLINED:
            self.take(desk, "decline", **_reason(some(self.dice, "decline")))
            return
        if self.plan.ending == plans.VOIDED:
            self.take(duty, "void", **_reason(some(self.dice, "void")))
            return
        self.accept(desk)
        if self.plan.noted:
            self.take(desk, "note", text=some(self.dice, "notes"))
        if self.plan.ending == plans.DISMISSED:
            yield self.office(60)
            self.take(self.cast.of("dispatcher"), "dismiss", **_reason(some(self.dice, "dismiss")))

    def accept(self, desk: Person) -> None:
        """As suggested, by one key, where the reader was right; else with the right type by hand."""
        trouble = self.words.trouble
        advice = desk.get(f"/cases/{self.number}")["advice"]
        best = advice["types"][0] if advice and advice["types"] else None
        suggested = best["key"] if best and best["sure"] else ""
        if suggested == trouble.type and not trouble.demand:
            desk.post("/cases/accept", {"numbers": [self.number]})
            self.tally.count(self.tally.steps, "accept")
        else:
            self.take(desk, "accept", type_code=trouble.type, title=trouble.title, demand=trouble.demand)

    def dispatching(self) -> Life:
        """To its department; sometimes to the wrong one first, which returns it, and a second one disputes."""
        dispatcher = self.cast.of("dispatcher")
        right = self._right_team(dispatcher)
        for turn in range(self.plan.returns):
            wrong = self.words.trouble.wrong[turn]
            yield self.office(self.plan.dispatch_after)
            self.team = wrong
            self.take(dispatcher, "dispatch", team=wrong, instruction=some(self.dice, "instructions"))
            yield self.office(self.dice.randint(20, 150))
            proposed = self.words.trouble.wrong[1] if turn == 0 and self.plan.returns > 1 else right
            code, basis = some(self.dice, "returns")
            explanation = some(self.dice, "return_words").format(team=self._named(proposed))
            self.take(
                self.handler,
                "return",
                reason_code=code,
                legal_basis=basis,
                proposed_team=proposed,
                explanation=explanation,
            )
        if self.plan.stop in ("returned", "disputed"):
            return
        self.team = right
        if self.plan.returns > 1:
            yield self.office(self.dice.randint(30, 200))
            question, grounds = some(self.dice, "questions"), some(self.dice, "grounds")
            self.take(self.cast.of("arbiter"), "rule", team=right, question=question, grounds=grounds)
        else:
            yield self.office(self.plan.dispatch_after)
            self.take(
                dispatcher, "dispatch", team=right, instruction=some(self.dice, "instructions"), **self._assists()
            )

    def _assists(self) -> dict[str, Any]:
        """Who is asked to assist, and for what: nobody in most cases."""
        others = [one for one in self.words.trouble.wrong if one != self.team and one in self.cast.grounds("handler")]
        if not self.plan.assisted or not others:
            return {}
        self.assistant = others[0]
        return {"assists": [self.assistant], "assist_task": some(self.dice, "assist_tasks")}

    def assisting(self) -> Life:
        """The department that was asked signs for its part and says what it did of it."""
        helper = self.cast.of("handler", self.assistant)
        part = f"/cases/{self.number}/parts/" + helper.get(f"/cases/{self.number}")["parts"][0]["id"]
        yield self.office(40)
        helper.post(f"{part}/sign", {})
        yield self.office(60)
        helper.post(f"{part}/answer", {"result": some(self.dice, "assist_results"), **self.photo(helper)})
        self.tally.count(self.tally.steps, "part_answer")

    def _right_team(self, reader: Person) -> str:
        trouble = self.words.trouble
        if trouble.neighbourhood:
            office = self.cast.team_of_committee(reader.get(f"/cases/{self.number}")["committee_id"])
            if office in self.cast.grounds("handler"):
                return office
        return str(self.cast.types[trouble.type]["department"])

    def _named(self, code: str) -> str:
        return next(one["name"] for one in self.cast.teams.values() if one["code"] == code)

    def handling(self) -> Life:
        """The department takes it up, speaks with the reporter, needs more time or a pause, and reports back."""
        yield self.office(self.plan.sign_after)
        self.take(self.handler, "sign")
        if self.plan.contact and self.plan.channel != "grid":  # nobody reported what a round found
            yield self.office(15)
            self.take(self.handler, "contact", reached=self.dice.random() < 0.8, note=some(self.dice, "contacts"))
        if self.plan.stop == "handling":
            return
        if self.plan.extension:
            yield from self.extending()
        if self.plan.suspended:
            yield from self.pausing()
        if self.plan.stop in ("asked", "suspended"):
            return
        if self.assistant:
            yield from self.assisting()
        yield self.office(self.plan.handle_after)
        self.report_back()

    def report_back(self) -> None:
        """What was done, with a photo where a photo can show it."""
        explained = self.words.trouble.demand in ("consultation", "suggestion")
        outcome = "explained" if explained else "solved"
        self.take(self.handler, "report_back", outcome=outcome, result=self.words.mend, **self.photo(self.handler))

    def extending(self) -> Life:
        """More time is asked for while there is some left, and the dispatcher says yes or no."""
        yield self.office(30)
        clocks = self.handler.get(f"/cases/{self.number}")["clocks"]
        due = next((one["due_at"] for one in clocks if one["stage"] == "handle" and one["due_at"]), None)
        if due is None or datetime.fromisoformat(due) <= walltime.now():
            return
        self.take(self.handler, "ask_extension", amount=1, **_reason(some(self.dice, "extensions")))
        if self.plan.stop == "asked":
            return
        yield self.office(60)
        granted = self.plan.extension == "granted"
        words_of = "extension_answers" if granted else "extension_refusals"
        arrow = "grant_extension" if granted else "refuse_extension"
        self.take(self.cast.of("dispatcher"), arrow, explanation=some(self.dice, words_of))

    def pausing(self) -> Life:
        """挂账, and some working days later it goes on."""
        yield self.office(60)
        duty = self.cast.of("duty_officer")
        review = walltime.town_day(walltime.now()) + timedelta(days=7)
        self.take(duty, "suspend", review_on=review.isoformat(), **_reason(some(self.dice, "suspends")))
        if self.plan.stop == "suspended":
            return
        yield self.office(self.dice.randint(500, 2000))
        self.take(duty, "resume", explanation=some(self.dice, "resumes"))

    def ending(self) -> Life:
        """Somebody else looks at it, the reporter is called back, the case is closed, and perhaps rated."""
        verifier = self.cast.of(self.plan.verified_by)
        for _ in range(self.plan.reworks if self.team else 0):
            yield self.office(self.plan.verify_after)
            self.take(verifier, "rework", finding=some(self.dice, "reworks"))
            yield self.office(self.plan.handle_after // 2)
            self.report_back()
        yield self.office(self.plan.verify_after)
        if self.state != "handled":
            return
        self.take(verifier, "verify", finding=some(self.dice, "findings"), **self.photo(verifier))
        if self.plan.stop == "verified":
            return
        yield self.office(self.plan.close_after)
        answer = some(self.dice, "answers").format(mend=self.words.mend)
        known = self.plan.channel != "grid"
        called = self.dice.choices(("solved", "explained", "unreachable"), (75, 15, 10))[0] if known else "nobody"
        if called == "unreachable":
            self.take(self.cast.of("operator", dice=self.dice), "call_back", called_back=called)
            yield self.office(120)
        self.take(self.cast.of("operator", dice=self.dice), "close", called_back=called, answer=answer)
        if self.plan.stop == "closed" or not known or (called == "unreachable" and not self.resident):
            return
        if self.plan.rated:
            yield walltime.now() + timedelta(minutes=self.dice.randint(20, 1500))
            self.rate()

    def rate(self) -> None:
        """By the link, as residents do; the desk writes down what a caller said."""
        solved, satisfaction, said = some(self.dice, "rates")
        if self.state != "closed":
            return
        body = {"solved": solved, "satisfaction": satisfaction, "words": said}
        if self.resident:
            self.cast.session(self.resident).post(f"/reports/{self.number}/rate", {"token": self.token, **body})
            self.tally.count(self.tally.steps, "rate")
        else:
            self.take(self.cast.of("operator"), "rate", **body)

    def again(self) -> Life:
        """Closed but not mended: the reporter has it taken up again, and the same department mends it."""
        if not self.resident or self.state not in ("closed", "rated"):
            return
        ground, said = some(self.dice, "reopen")
        body = {"token": self.token, "ground": ground, "words": said}
        self.cast.session(self.resident).post(f"/reports/{self.number}/reopen", body)
        self.tally.count(self.tally.steps, "reopen")
        yield from self.once_more()

    def once_more(self) -> Life:
        """From the department's hands to a second close."""
        if not self.team:
            return
        yield self.office(self.plan.sign_after)
        self.take(self.handler, "sign")
        yield self.office(240)
        self.report_back()
        yield from self.ending()


def _reason(pair: list[str]) -> dict[str, str]:
    return {"reason_code": pair[0], "explanation": pair[1]}
