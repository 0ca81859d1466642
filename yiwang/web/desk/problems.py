"""What the desk itself can refuse. The words are in texts/."""

from yiwang.kernel.problems import Problem


class NoUsualDepartment(Problem):
    """The case has no type, or its type's department is not among the town's teams. Parameter: number."""

    slug = "desk-no-usual-department"


class NoSheet(Problem):
    """No file was chosen."""

    slug = "desk-no-sheet"


class SheetTooLarge(Problem):
    """The sheet is larger than the desk takes. Parameters: megabytes, limit."""

    slug = "desk-sheet-too-large"
    status = 413


class NoPlacesFile(Problem):
    """No file of places was chosen."""

    slug = "desk-no-places-file"


class PlacesFileTooLarge(Problem):
    """The file of places is larger than the desk takes. Parameters: megabytes, limit."""

    slug = "desk-places-file-too-large"
    status = 413
