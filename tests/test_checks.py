"""Checks: what each takes and refuses."""

import pytest

from safeharbor.detect.checks import CHECKS, FINDERS, spoken_digits


@pytest.mark.parametrize(
    ("check", "right", "wrong"),
    [
        ("luhn", "4111 1111 1111 1111", "4111 1111 1111 1112"),
        ("npi", "1234567893", "1234567890"),
        ("dea", "AB1234563", "AB1234567"),
        ("vin", "1M8GDM9AXKP042788", "1M8GDM9A1KP042788"),
        ("mbi", "1eg4-te5-mk73", "1sg4-te5-mk73"),
        ("calendar-date", "2/29/2024", "2/30/24"),
        ("calendar-date", "1987-03-04", "1987-13-04"),
        ("calendar-date", "12/31", "13/1"),
        ("calendar-date", "31.12.1999", "31.13.1999"),
        ("day-of-month", "Feb 29", "Feb 30"),
        ("day-of-month", "31st of May", "31 June"),
        ("born-over-89", "1930", "1960"),
        ("ip-address", "203[.]0[.]113[.]9", "300.1.1.1"),
        ("ip-address", "203.0.113.200/32", "1.2.3"),
        ("ip-address", "fe80::1ff:fe23:4567:890a", "12:30"),
        ("ip-address", "010.000.000.001", "a.b.c.d"),
        ("us-phone", "five oh three, five five five, oh one two eight", "one two three"),
        ("us-phone", "1 (509) 555-0152 x 12", "123-555-0152"),
        ("local-phone", "555-0134", "055-0134"),
        ("ssn", "536-22-0101", "000-22-0101"),
        ("imei", "490154203237518", "490154203237519"),
        ("iban", "GB82 WEST 1234 5698 7654 32", "GB83 WEST 1234 5698 7654 32"),
        ("routing-number", "123103729", "123103720"),
        ("bitcoin", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"),
        ("gtin", "10614141000415", "10614141000416"),
    ],
)
def test_a_check_takes_the_right_and_refuses_the_wrong(check, right, wrong):
    assert CHECKS[check](right)
    assert not CHECKS[check](wrong)


@pytest.mark.parametrize("check", sorted(CHECKS))
@pytest.mark.parametrize("text", ["", " ", "x", "-", "😀", "0", "9" * 40])
def test_a_check_of_anything_gives_an_answer(check, text):
    assert CHECKS[check](text) in (True, False)


@pytest.mark.parametrize(
    ("spoken", "digits"),
    [
        ("five oh three 555 twenty-one", "50355521"),
        ("5o3-555-o122", "5035550122"),
        ("cinco cero tres", "503"),
        ("five hundred", "500"),
    ],
)
def test_digits_are_heard_as_they_are_said(spoken, digits):
    assert spoken_digits(spoken) == digits


def test_a_number_with_its_country_code_is_found():
    text = "su mamá: +52 55 5555 0142, gracias"
    assert [text[start:end] for start, end in FINDERS["world-phone"](text)] == ["+52 55 5555 0142"]
