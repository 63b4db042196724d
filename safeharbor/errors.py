"""Errors: what went wrong, said with a file and a line and never with a word of a draft."""


class SafeHarborError(Exception):
    """Anything safeharbor refuses to do; the message is fit to print."""


class RuleError(SafeHarborError):
    """A rule, word list or other file of the policy that cannot be used as written."""


class DraftError(SafeHarborError):
    """A draft that cannot be read: missing, not text, too large."""


class MarkError(SafeHarborError):
    """A marked text whose `[[…]]` notation does not parse."""


class SettingsError(SafeHarborError):
    """An option or setting with a value that nothing knows."""


class ModelError(SafeHarborError):
    """A language model that is missing, damaged or made for another version."""
