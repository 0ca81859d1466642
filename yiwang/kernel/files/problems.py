"""What can be refused about a file. The words stand in texts/*.yaml."""

from yiwang.kernel.problems import Problem


class FileEmpty(Problem):
    """The file has no bytes: the upload was cut off or the wrong thing was picked."""

    slug = "file-empty"


class FileTooLarge(Problem):
    """More bytes than one upload may have. Parameters: megabytes, limit."""

    slug = "file-too-large"
    status = 413


class FileTypeUnknown(Problem):
    """The content is of no kind that is known here."""

    slug = "file-type-unknown"
    status = 415


class FileTypeNotAccepted(Problem):
    """The content is of a known kind that is not taken here. Parameters: found."""

    slug = "file-type-not-accepted"
    status = 415


class FileDisguised(Problem):
    """The file says that it is one thing and is another. Parameters: declared, found."""

    slug = "file-disguised"
    status = 415


class FileActive(Problem):
    """SVG, HTML or XML: a page that could run in another person's browser. Parameters: found."""

    slug = "file-active"
    status = 415


class FileHidesAnother(Problem):
    """A picture or document that is an archive or a document as well. Parameters: hidden."""

    slug = "file-hides-another"
    status = 415


class PhotoHeic(Problem):
    """A photo in the format of newer iPhones, which many computers in the town hall cannot show. Parameters: found."""

    slug = "photo-heic"
    status = 415


class PhotoMoves(Problem):
    """An animated picture."""

    slug = "photo-moves"
    status = 415


class PhotoBroken(Problem):
    """The picture cannot be read to its end."""

    slug = "photo-broken"


class PhotoTooManyPixels(Problem):
    """A picture that would need too much memory when opened. Parameters: megapixels (at least), limit."""

    slug = "photo-too-many-pixels"
    status = 413


class PhotoTooManyScans(Problem):
    """A JPEG that repeats its picture so often that opening it would take minutes. Parameters: limit."""

    slug = "photo-too-many-scans"
    status = 413


class DocumentBroken(Problem):
    """A PDF without its proper beginning or end."""

    slug = "document-broken"


class DocumentActive(Problem):
    """A PDF that carries programs or starts other programs."""

    slug = "document-active"
    status = 415


class UploadUnknown(Problem):
    """The form names an upload with a token that this town did not give."""

    slug = "upload-unknown"


class UploadExpired(Problem):
    """The upload waited too long for its form."""

    slug = "upload-expired"
    status = 410


class FileGone(Problem):
    """The file was never stored here, or was removed because nothing used it for a day."""

    slug = "file-gone"
    status = 410
