"""What can be wrong with a pack, each told with file and line."""

from yiwang.kernel.params.problems import RuleFileProblem


class PackFileMissing(RuleFileProblem):
    """A file that every pack has is not there. Parameter: name."""

    slug = "pack-file-missing"


class PackFileUnread(RuleFileProblem):
    """A file in the pack's folder that no module reads. Parameters: name, known."""

    slug = "pack-file-unread"


class NoPacksThere(RuleFileProblem):
    """YIWANG_PACKS names a folder in which no pack lies."""

    slug = "pack-none-there"


class PackTwice(RuleFileProblem):
    """Two packs have one name. Parameters: name, first (the other folder)."""

    slug = "pack-twice"


class PackNamedOtherwise(RuleFileProblem):
    """pack.toml gives another name than the folder has. Parameters: name, folder."""

    slug = "pack-named-otherwise"


class KindWithoutTypes(RuleFileProblem):
    """pack.toml names a kind of case types of which the pack has none. Parameter: kind."""

    slug = "pack-kind-without-types"


class TypeOfAnotherKind(RuleFileProblem):
    """A case type is of a kind that pack.toml does not name. Parameters: code, kind."""

    slug = "pack-type-of-another-kind"


class KindWithoutWord(RuleFileProblem):
    """A kind of the pack has no word in its texts. Parameters: kind, key."""

    slug = "pack-kind-without-word"


class TextOfAnother(RuleFileProblem):
    """A text's key does not begin with the pack's name. Parameters: key, start."""

    slug = "pack-text-of-another"


class CommandWithoutCode(RuleFileProblem):
    """pack.toml names a command that no code of the pack answers. Parameters: name, file_wanted."""

    slug = "pack-command-without-code"


class CodeWithoutCommand(RuleFileProblem):
    """A pack has the code of a command that its pack.toml does not name."""

    slug = "pack-code-without-command"


class ClaimRefuted(RuleFileProblem):
    """quality.yaml says done of what is seen not to be. Parameters: rule, found."""

    slug = "pack-claim-refuted"


class TextTwice(RuleFileProblem):
    """Two files of texts have the same key. Parameters: key, first."""

    slug = "text-twice"


class TextInOneLanguage(RuleFileProblem):
    """A text has no counterpart in the other language's file. Parameters: key, other."""

    slug = "text-in-one-language"


class TextParametersDiffer(RuleFileProblem):
    """A text names other parameters than its counterpart in Chinese, or braces that cannot be read. Parameters: key, other."""

    slug = "text-parameters-differ"
