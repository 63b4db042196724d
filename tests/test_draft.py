"""A draft is read as a person reads it, and every finding points back at the characters as given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeharbor.draft import Draft, Span, read


def test_plain_text_is_its_own_reading():
    reading = read("Call 503-555-0142.")
    assert reading.text == "Call 503-555-0142."
    assert reading.source(5, 17) == Span(5, 17)


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        ("5\u200b0\u200b3", "503"),
        ("503\u2013555\u20110142", "503-555-0142"),
        ("\uff15\uff10\uff13", "503"),
        ("name\uff20example.com", "name@example.com"),
        ("\U0001d5de\U0001d5ee\U0001d601\U0001d5f6\U0001d5f2", "Katie"),
        ("M\u0430ria", "Maria"),
        ("he\u2019s \u201cfine\u201d", 'he\'s "fine"'),
        ("Jose\u0301", "José"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("5\ufe0f\u20e30\ufe0f\u20e3", "50"),
        ("a\u00a0b", "a b"),
        ("٥٠٣", "503"),
        ("wait…", "wait…"),
        ("Мария", "Мария"),
        ("503-\n555-0142", "503-555-0142"),
        ("987-65-\r\n4321", "987-65-4321"),
        (r"987\-65\-4321", "987-65-4321"),
        ("&#57;87 jane&#64;example.com", "987 jane@example.com"),
        ("**Maria** and **Jo S.**", "Maria and Jo S."),
        ("J**h and S**m", "J**h and S**m"),
        ("9\u03368\u03367\u0336", "987"),
        ("Ma\U000e0061ria\u3164", "Maria"),
        ("***-**-4321", "***-**-4321"),
        ("AT&T; x\\y", "AT&T; x\\y"),
    ],
)
def test_look_alikes_and_invisible_characters_are_read_through(typed, read_as):
    assert read(typed).text == read_as


def test_a_hit_in_the_reading_points_at_the_characters_as_given():
    draft = Draft("x", "🦚 her # is 5\u200b03–555–0142 ok")
    start = draft.reading.text.index("503")
    span = draft.reading.source(start, start + 12)
    assert draft[span] == "5\u200b03–555–0142"


@given(st.text())
def test_any_text_reads_to_places_inside_it(text):
    reading = read(text)
    for at in range(len(reading.text)):
        span = reading.source(at, at + 1)
        assert 0 <= span.start < span.end <= len(text)
        first, last = reading.find(span)
        assert first <= at < last


@given(st.text(alphabet=st.characters(max_codepoint=0x7E, min_codepoint=0x20)))
def test_plain_ascii_is_never_changed(text):
    plain = text.replace("`", "'").replace("\\", "/").replace("&", "+").replace("**", "*")
    assert read(plain).text == plain


def test_an_empty_or_reversed_span_is_refused():
    with pytest.raises(ValueError, match="empty or reversed"):
        Span(4, 4)


def test_lines_and_columns_count_code_points_from_one():
    draft = Draft("x", "ʻohana 🌺\nsecond")
    assert draft.line_and_column(0) == (1, 1)
    assert draft.line_and_column(9) == (2, 1)


def test_a_draft_does_not_show_its_text():
    assert "Marisol" not in repr(Draft("x", "Marisol"))
    assert "Marisol" not in repr(read("Mar\u200bisol"))
