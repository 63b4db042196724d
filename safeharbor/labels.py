"""Labels and camps: the words of the report contract for what a span is and whose detail it is."""

from typing import Literal, get_args

Paragraph = Literal["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P", "Q", "R", "ii"]
Severity = Literal["error", "warning", "info"]
About = Literal["client", "relative", "provider", "author", "unknown"]
Certainty = Literal["checksum", "named", "labelled", "pattern", "model", "listed", "weak"]

IDENTIFIER_LETTER = {
    "PERSON": "A", "LOCATION": "B", "DATE": "C", "AGE_OVER_89": "C", "PHONE": "D", "FAX": "E", "EMAIL": "F", "SSN": "G",
    "MRN": "H", "HEALTH_PLAN_ID": "I", "ACCOUNT": "J", "LICENSE": "K", "VEHICLE": "L", "DEVICE": "M", "URL": "N",
    "IP": "O", "BIOMETRIC": "P", "PHOTO": "Q", "OTHER_ID": "R",
}  # fmt: skip
"""The identifier labels with their letter in 45 CFR 164.514(b)(2)(i)."""

CLUE_LETTER = {"EMPLOYER": "A", "SCHOOL": "B"}
"""Clues that Safe Harbor lists when they are named: employers in its opening words, schools as a place within a state."""

CLUES = (
    "AGE", "GENDER", "OCCUPATION", "EMPLOYER", "SCHOOL", "FAMILY", "ETHNICITY", "RELIGION", "ORIENTATION", "DIAGNOSIS",
    "LIFE_EVENT", "LANGUAGE", "HEALTH_CONDITION", "LEGAL", "MILITARY", "UNIQUE_DETAIL",
)  # fmt: skip
"""Details that are harmless alone and telling together: 164.514(b)(2)(ii)."""

LABELS = frozenset([*IDENTIFIER_LETTER, *CLUES, "STATE", "CONDUCT"])
PARAGRAPHS: tuple[str, ...] = get_args(Paragraph)
LETTERS = PARAGRAPHS[:-1]
ABOUTS: tuple[str, ...] = get_args(About)
CIRCLE = frozenset({"client", "relative"})
"""Whose identifiers Safe Harbor protects: the individual's, and those of relatives, employers, household members."""
OTHERS = frozenset({"provider", "author"})
"""Whose details do not fail a draft: the poster's, and those of professionals."""

SCORE: dict[Certainty, float] = {
    "checksum": 1.0, "named": 0.97, "labelled": 0.95, "pattern": 0.85, "model": 0.75, "listed": 0.65, "weak": 0.4,
}  # fmt: skip
"""Confidence that a finding is what its label says, by what it rests on, the surest first. Our own language model tells its own."""
RANK = {certainty: rank for rank, certainty in enumerate(SCORE)}
"""What beats what where findings overlap: the lower comes first."""
SEVERITY_RANK: dict[str, int] = {"error": 2, "warning": 1, "info": 0}

PARAGRAPH_TITLE = {
    "A": "Names", "B": "Geographic subdivisions smaller than a state", "C": "Dates and ages over 89", "D": "Telephone numbers",
    "E": "Fax numbers", "F": "Email addresses", "G": "Social Security numbers", "H": "Medical record numbers",
    "I": "Health plan beneficiary numbers", "J": "Account numbers", "K": "Certificate and license numbers",
    "L": "Vehicle identifiers and plates", "M": "Device identifiers and serial numbers", "N": "URLs", "O": "IP addresses",
    "P": "Biometric identifiers", "Q": "Full-face photographs and comparable images",
    "R": "Any other unique identifying number, characteristic, or code",
    "ii": "Actual knowledge: what remains could identify, alone or in combination",
}  # fmt: skip


def citation(paragraph: str) -> str:
    """Cite a paragraph the way the Code of Federal Regulations does."""
    return "45 CFR 164.514(b)(2)(ii)" if paragraph == "ii" else f"45 CFR 164.514(b)(2)(i)({paragraph})"
