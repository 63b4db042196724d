"""Checks: what a pattern cannot do, such as check digits and calendars; libraries decide where they know the format."""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import phonenumbers
from stdnum import bitcoin, iban, imei, luhn, meid
from stdnum.us import itin, rtn, ssn

from safeharbor.detect.spoken import spoken_addresses, spoken_digits, spoken_local_phones, spoken_phones

Check = Callable[[str], bool]
Finder = Callable[[str], Iterator[tuple[int, int]]]

_VIN_VALUE = {
    **{str(digit): digit for digit in range(10)},
    **dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", [*range(1, 9), 1, 2, 3, 4, 5, 7, 9, *range(2, 10)], strict=True)),
}
_VIN_WEIGHT = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS_IN_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def passes_luhn(text: str) -> bool:
    """Whether the digits end in the check digit of ISO/IEC 7812 (Luhn), as on payment cards."""
    digits = _digits(text)
    return len(digits) > 1 and luhn.is_valid(digits)


def is_npi(text: str) -> bool:
    """Whether it is a National Provider Identifier: ten digits, Luhn over 80840 and the number (45 CFR 162.406)."""
    digits = _digits(text)
    return len(digits) == 10 and digits[0] in "12" and luhn.is_valid("80840" + digits)


def is_dea(text: str) -> bool:
    """Whether it is a DEA registration: two letters, six digits and the check digit that 21 CFR 1301 practice gives."""
    match = re.fullmatch(r"[ABCDEFGHJKLMPRSTUX][A-Z9](\d{7})", text.upper().replace(" ", "").replace("-", ""))
    if match is None:
        return False
    d = [int(digit) for digit in match[1]]
    return (d[0] + d[2] + d[4] + 2 * (d[1] + d[3] + d[5])) % 10 == d[6]


def is_vin(text: str) -> bool:
    """Whether it is a vehicle identification number with the check digit of 49 CFR 565.15(c)."""
    vin = re.sub(r"[\s-]", "", text.upper())
    if len(vin) != 17 or any(char not in _VIN_VALUE for char in vin):
        return False
    rest = sum(_VIN_VALUE[char] * weight for char, weight in zip(vin, _VIN_WEIGHT, strict=True)) % 11
    return vin[8] == ("X" if rest == 10 else str(rest))


def is_mbi(text: str) -> bool:
    """Whether it has the form of a Medicare Beneficiary Identifier (CMS, 2017): eleven places, no S L O I B Z."""
    letter = "[AC-HJKMNP-RT-Y]"
    either = "[0-9AC-HJKMNP-RT-Y]"
    form = rf"[1-9]{letter}{either}\d{letter}{either}\d{letter}{{2}}\d{{2}}"
    return re.fullmatch(form, re.sub(r"[\s-]", "", text.upper())) is not None


def is_calendar_date(text: str) -> bool:
    """Whether a numeric date, month first or year first or day first, can stand in a calendar."""
    parts = [int(part) for part in re.findall(r"\d+", text)]
    if len(parts) == 2:
        return 1 <= parts[0] <= 12 and 1 <= parts[1] <= _DAYS_IN_LONGEST[parts[0] - 1]
    if len(parts) != 3:
        return False
    first, second, third = parts
    orders = [(first, second, third)] if first > 31 else [(third, first, second), (third, second, first)]
    return any(_is_day(_full_year(year), month, day) for year, month, day in orders)


def _full_year(year: int) -> int:
    """Give a two-digit year its century: never later than next year."""
    if year > 99:
        return year
    this_year = dt.datetime.now(tz=dt.UTC).year
    return 2000 + year if 2000 + year <= this_year + 1 else 1900 + year


def _is_day(year: int, month: int, day: int) -> bool:
    """Whether it is a day of the calendar that someone alive may have seen."""
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return 1880 <= year <= 2100


def is_day_of_month(text: str) -> bool:
    """Whether a written month and day, in either order, can stand in a calendar: February has 29 days at the most."""
    lower = text.lower()
    month = next((at for at, name in enumerate(_MONTHS) if re.search(rf"\b{name}", lower)), None)
    day = re.search(r"(?<!\d)(\d{1,2})(?!\d)", lower)
    return month is None or day is None or 1 <= int(day[1]) <= _DAYS_IN_LONGEST[month]


def is_birth_year_over_89(text: str) -> bool:
    """Whether someone born in this year is over 89 today, or turns 90 this year; a year of two digits is in the past."""
    age = _years_since(text)
    return age is not None and 90 <= age <= 125


def is_class_year_over_89(text: str) -> bool:
    """Whether someone who finished school or served in this year, at 18, is over 89 today."""
    age = _years_since(text, ahead=6)
    return age is not None and 72 <= age <= 107


def _years_since(text: str, *, ahead: int = 0) -> int | None:
    """Give the years since a year of four digits, or of two that is at the most `ahead` years from now."""
    year = re.search(r"\d{4}|\d{2}", text)
    if year is None:
        return None
    this_year = dt.datetime.now(tz=dt.UTC).year
    full = int(year[0])
    if full < 100:
        full += 2000 if 2000 + full <= this_year + ahead else 1900
    return this_year - full


def is_ip_address(text: str) -> bool:
    """Whether it is an IPv4 or IPv6 address, with or without port or prefix, leading zeros and defanged dots forgiven."""
    plain = re.sub(r"\[\.\]|\(\.\)|\{\.\}|\s?\bdot\b\s?|(?<=\d)\s+(?=\d)", ".", text.strip().lower())
    plain = re.sub(r"\[:\]", ":", plain).split("/")[0].split("%")[0]
    if plain.count(":") == 1:
        plain = plain.split(":")[0]
    if ":" not in plain:
        plain = ".".join(part.lstrip("0") or "0" for part in plain.split("."))
    try:
        ipaddress.ip_address(plain)
    except ValueError:
        return False
    return True


def is_us_phone(text: str) -> bool:
    """Whether the digits, spelled or typed, have the form of a North American number: ten digits, or eleven from 1.

    An extension may follow. Only the plan's form is asked for (area code and exchange from 2 to 9), so invented and
    misdialled numbers count.
    """
    digits = spoken_digits(re.split(r"(?i)\b(?:x|ext|extension)\.? ?\d", text)[0])
    if len(digits) == 11 and digits[0] == "1":
        digits = digits[1:]
    return re.fullmatch(r"[2-9]\d{2}[2-9]\d{6}", digits) is not None


_LOOK_ALIKE = str.maketrans("oilsbzg|", "01158291")


def is_look_alike_phone(text: str) -> bool:
    """Whether it is a North American number once S is read as 5, B as 8, Z as 2, and so on; five characters must be digits."""
    plain = text.lower().translate(_LOOK_ALIKE)
    return sum(char.isdigit() for char in text) >= 5 and re.fullmatch(r"1?[2-9]\d{2}[2-9]\d{6}", _digits(plain)) is not None


def is_vanity_phone(text: str) -> bool:
    """Whether letters and digits make seven places or a few more after an area code, as in 1-800-FLOWERS."""
    places = re.sub(r"[^A-Za-z0-9]", "", text).removeprefix("1")
    return re.fullmatch(r"[2-9]\d\d(?=.*[A-Za-z]{3}|.*\d[A-Za-z]{2}$)[A-Za-z0-9]{7,9}", places) is not None


def is_world_phone_length(text: str) -> bool:
    """Whether it has as many digits as national numbers have: nine to thirteen."""
    return 9 <= len(_digits(text)) <= 13


def is_local_phone(text: str) -> bool:
    """Whether the digits, spelled or typed, are a seven-digit number or a whole North American one."""
    local = re.sub(r" \(\d{3}\)$", "", text)
    return re.fullmatch(r"[2-9]\d{6}", spoken_digits(local)) is not None or is_us_phone(text)


def is_ssn_shape(text: str) -> bool:
    """Whether it is a Social Security or taxpayer number that could have been issued."""
    digits = _digits(text)
    return ssn.is_valid(digits) or itin.is_valid(digits)


def is_spoken_ssn(text: str) -> bool:
    """Whether a number read out loud has the nine digits of a Social Security number, or its last four."""
    return len(spoken_digits(text)) in (4, 9)


def is_imei(text: str) -> bool:
    """Whether it is an IMEI with a right check digit, or an MEID."""
    compact = re.sub(r"[\s./-]", "", text)
    return imei.is_valid(compact) or (len(compact) == 14 and meid.is_valid(compact))


def is_long_code(text: str) -> bool:
    """Whether it is at least eight letters and digits, most of them digits: long enough for a handset or SIM number."""
    return len(_digits(text)) >= 6 and sum(char.isalnum() for char in text) >= 8


def is_iban(text: str) -> bool:
    """Whether it is an International Bank Account Number with right check digits (ISO 13616)."""
    return iban.is_valid(text)


def is_routing_number(text: str) -> bool:
    """Whether it is a bank routing transit number with a right check digit (ABA)."""
    return rtn.is_valid(_digits(text))


def is_bitcoin(text: str) -> bool:
    """Whether it is a bitcoin address with a right checksum."""
    return bitcoin.is_valid(text)


def is_gtin(text: str) -> bool:
    """Whether fourteen digits end in a right GS1 check digit."""
    digits = _digits(text)[:14]
    if len(digits) != 14:
        return False
    total = sum(int(digit) * (3 if at % 2 == 0 else 1) for at, digit in enumerate(digits[:13]))
    return (10 - total % 10) % 10 == int(digits[13])


def is_written_ip(text: str) -> bool:
    """Whether four numbers up to 255, parted by whatever signs, make an IPv4 address; a port or prefix may follow."""
    numbers = re.findall(r"\d+", text)
    return len(numbers) in (4, 5) and all(int(number) <= 255 for number in numbers[:4])


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "luhn": passes_luhn,
        "npi": is_npi,
        "dea": is_dea,
        "vin": is_vin,
        "mbi": is_mbi,
        "calendar-date": is_calendar_date,
        "day-of-month": is_day_of_month,
        "born-over-89": is_birth_year_over_89,
        "class-over-89": is_class_year_over_89,
        "ip-address": is_ip_address,
        "written-ip": is_written_ip,
        "us-phone": is_us_phone,
        "local-phone": is_local_phone,
        "vanity-phone": is_vanity_phone,
        "world-phone-length": is_world_phone_length,
        "look-alike-phone": is_look_alike_phone,
        "ssn": is_ssn_shape,
        "spoken-ssn": is_spoken_ssn,
        "imei": is_imei,
        "long-code": is_long_code,
        "iban": is_iban,
        "routing-number": is_routing_number,
        "bitcoin": is_bitcoin,
        "gtin": is_gtin,
    }
)
"""The checks that a rule may name."""


def find_world_phones(text: str) -> Iterator[tuple[int, int]]:
    """Find international numbers written with their country code, by libphonenumber."""
    for match in phonenumbers.PhoneNumberMatcher(text, None, leniency=phonenumbers.Leniency.POSSIBLE):
        yield match.start, match.end


FINDERS: Mapping[str, Finder] = MappingProxyType(
    {
        "world-phone": find_world_phones,
        "spoken-phone": spoken_phones,
        "spoken-local-phone": spoken_local_phones,
        "spoken-ip": spoken_addresses,
    }
)
"""The finders that a rule may name."""
