"""What can be refused about people, teams and logging in. Pure; the words stand in texts/."""

from yiwang.kernel.problems import Problem


class BadPhone(Problem):
    """Not a mobile or land line number of China."""

    slug = "bad-phone"


class BadEmail(Problem):
    """Not a mail address."""

    slug = "bad-email"


class BadUsername(Problem):
    """Not 3–32 small letters, digits, dots or dashes. Parameter: username."""

    slug = "bad-username"


class UsernameTaken(Problem):
    """Another account has it. Parameter: username."""

    slug = "username-taken"
    status = 409


class PhoneTaken(Problem):
    """Another account has this phone number."""

    slug = "phone-taken"
    status = 409


class NameMissing(Problem):
    """A member of staff has a name."""

    slug = "name-missing"


class WeakPassword(Problem):
    """Django's validators refuse it. Parameter: why."""

    slug = "password-weak"


class WrongPassword(Problem):
    """Username and password do not belong together; which of the two is wrong is not said."""

    slug = "password-wrong"
    status = 401


class TooManyPasswords(Problem):
    """Too many refused passwords for this username or from this address, on a device not known before. Parameter: minutes."""

    slug = "passwords-too-many"
    status = 429


class CodeNotSent(Problem):
    """Whoever brings texts to phones did not take the code."""

    slug = "code-not-sent"
    status = 503


class TooManyCodes(Problem):
    """The phone asked for codes too often. Parameters: seconds, minutes until the next may be sent."""

    slug = "codes-too-many"
    status = 429


class TooManyCodesHere(Problem):
    """One address asked for too many codes, for whatever phones. Parameters: minutes until the next, most in an hour."""

    slug = "codes-too-many-here"
    status = 429


class TooManyCodesInTown(Problem):
    """Everybody together asked for more codes than the town sends in an hour. Parameter: minutes until the next."""

    slug = "codes-too-many-in-town"
    status = 429


class TooManyReportsHere(Problem):
    """One address sent too many reports without logging in. Parameters: minutes until the next, that moment (at), most in an hour."""

    slug = "reports-too-many-here"
    status = 429


class TooManyPhotosHere(Problem):
    """One address sent too many photos without logging in. Parameters: minutes until the next, that moment (at), most in an hour."""

    slug = "photos-too-many-here"
    status = 429


class WrongCode(Problem):
    """Not the code that was sent. Parameter: left, the tries that remain."""

    slug = "code-wrong"


class CodeSpent(Problem):
    """There is no code that could still be confirmed: expired, used, tried too often, or never asked for."""

    slug = "code-spent"


class StaffByPassword(Problem):
    """The phone is a colleague's: a code opens the portal of a resident, never an office."""

    slug = "staff-by-password"
    status = 403


class UnknownRole(Problem):
    """roles.yaml has no such role, or it is not one that is given to accounts. Parameter: role."""

    slug = "role-unknown"


class RoleNeedsGround(Problem):
    """The scope does not fit: a team or committee is missing, or named where none belongs. Parameters: role, scope."""

    slug = "role-needs-ground"


class TeamCodeTaken(Problem):
    """Another team has this code. Parameter: code."""

    slug = "team-code-taken"
    status = 409


class BadTeam(Problem):
    """An unknown kind, or a committee place on something that is no committee. Parameters: code, kind."""

    slug = "bad-team"


class BadShift(Problem):
    """A shift ends before it begins, or lasts longer than three days."""

    slug = "bad-shift"


class DemonstrationOnly(Problem):
    """Invented persons log in only in a demonstration."""

    slug = "demonstration-only"
    status = 403


class ReasonMissing(Problem):
    """Looking at a person's full details needs a reason."""

    slug = "reason-missing"


class RoleHeld(Problem):
    """The account has that role there already. Parameter: role."""

    slug = "role-held"
    status = 409


class AdministratorsApart(Problem):
    """One account would be two of administrator, security administrator and auditor (rules.APART)."""

    slug = "administrators-apart"
    status = 409


class LastAdministrator(Problem):
    """Without this one nobody could give roles, open accounts or let anyone in again."""

    slug = "last-administrator"
    status = 409


class AccountInactive(Problem):
    """The account was closed."""

    slug = "account-inactive"
    status = 403


class SecondFactorNeeded(Problem):
    """The password fits, and the account's second step is still to be taken: a code of the app, or a recovery code."""

    slug = "second-factor-needed"
    status = 401


class SecondFactorWrong(Problem):
    """Not a code of this account's app at this moment, one that was used before, or no recovery code that holds."""

    slug = "second-factor-wrong"
    status = 401


class TooManySecondFactors(Problem):
    """Too many wrong codes of the second step for this account. Parameter: minutes."""

    slug = "second-factors-too-many"
    status = 429


class SecondFactorLapsed(Problem):
    """The password was given too long ago, or in another browser, or changed since; or a shown secret is no longer there."""

    slug = "second-factor-lapsed"
    status = 401


class SecondFactorNone(Problem):
    """The account has no second step that could be taken away."""

    slug = "second-factor-none"
    status = 409


class OwnSecondFactor(Problem):
    """Nobody takes away the second step of the own account."""

    slug = "second-factor-own"
    status = 409
