"""The language spoken, and how it says numbers, money, spans and dates: all by Babel."""

import io
import math
from datetime import date as Day  # noqa: N812
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

import numpy as np
from babel import Locale, dates, numbers, units
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tacheles.quarter import Quarters
from tacheles.words.phrases import FRACTIONS, SEGMENTS
from tacheles.words.units import COUNTED, DECIMALS

_CATALOGUES = Path(__file__).parents[1] / "locale"

_translations: NullTranslations = NullTranslations()
_locale = Locale("en")
_currency = "EUR"


def use(language: str, currency: str = "EUR") -> None:
    """
    Speak this language, and count in this money, from now on, in the whole process.

    Parameters
    ----------
    language : {"en", "de"}
    currency : str
        Code of the currency, like EUR.
    """
    global _translations, _locale, _currency
    _currency = currency
    catalogue = _CATALOGUES / f"{language}.po"
    _locale = Locale(language)
    _translations = NullTranslations()
    if catalogue.exists():
        compiled = io.BytesIO()
        with catalogue.open("rb") as file:
            write_mo(compiled, read_po(file, locale=language))
        compiled.seek(0)
        _translations = GNUTranslations(compiled)


def language() -> str:
    """The language spoken."""
    return _locale.language


def currency() -> str:
    """The money that amounts are counted in, by its sign."""
    return numbers.get_currency_symbol(_currency, locale=_locale)


def translated(message: str) -> str:
    """A message in the language spoken; of messages that are marked elsewhere."""
    return _translations.gettext(message)


_ = translated


def _n(one: str, many: str, count: float) -> str:
    """A message with a plural and its number `{n}`."""
    return _translations.ngettext(one, many, 1 if count == 1 else 2).format(n=number(count))


# Numbers, spans and dates


def number(value: float, digits: int = 0) -> str:
    """A number with at most so many decimals, and a true minus sign."""
    pattern = "#,##0" + ("." + "#" * digits if digits else "")
    told = 0.0 if round(value, digits) == 0 else value  # no sign before a zero
    return numbers.format_decimal(told, pattern, locale=_locale).replace("-", "−")


def plain_number(value: float) -> str:
    """A number as it is typed: the shortest that reads back as it, with a point."""
    return np.format_float_positional(value, trim="-")


def typed_number(value: float) -> str:
    """A number as somebody who speaks the language types it."""
    point = numbers.get_decimal_symbol(_locale)
    return plain_number(value).replace(".", point)


def percent(share: float) -> str:
    """A share as a whole percentage."""
    return numbers.format_percent(share, locale=_locale).replace("-", "−")


def value(amount: float, unit: str) -> str:
    """An amount with its unit, as in a table or a card; a full count without its noun."""
    if math.isinf(amount):
        return _("not reached")
    if unit == "share":
        return percent(amount)
    if unit in ("hours", "days"):
        return duration(amount if unit == "hours" else amount * 24)
    if unit == "money":
        return money(amount)
    return number(amount, DECIMALS.get(unit, 0))


def counted(amount: float, unit: str) -> str:
    """A count with its noun: `12 members`."""
    one, many = COUNTED[unit]
    return _n(one, many, amount)


def money(amount: float) -> str:
    """An amount of money with three figures, below a hundred to the cent: `68,200 €`, `1.20 €`."""
    cents = round(amount, 2)
    told = three_figures(amount) if cents else number(0)
    if 0 < abs(cents) < 100:
        told = numbers.format_decimal(cents, "#,##0.00", locale=_locale).replace("-", "−")
    return _("{amount} {currency}").format(amount=told, currency=currency()).replace(" ", "\u00a0")


def three_figures(amount: float) -> str:
    """A number with at most three significant figures: `8,000`, `44.1`, `0.05`."""
    digits = 2 - math.floor(math.log10(abs(amount))) if amount else 0
    return number(round(amount, digits), max(digits, 0))


def segment(name: str) -> str:
    """A segment as a reader says it."""
    return translated(SEGMENTS[name]) if name in SEGMENTS else name


def duration(hours: float) -> str:
    """A span of time in minutes, hours or days, whichever reads best."""
    amount, unit = _span(hours)
    return units.format_unit(
        amount, f"duration-{unit}", length="long", format=_digits(amount), locale=_locale
    )


def within(hours: float) -> str:
    """`within 7 days`."""
    amount, unit = _span(hours)
    return {
        "minute": _n("within {n} minute", "within {n} minutes", amount),
        "hour": _n("within {n} hour", "within {n} hours", amount),
        "day": _n("within {n} day", "within {n} days", amount),
    }[unit]


def after(hours: float) -> str:
    """`after 4.6 hours`."""
    amount, unit = _span(hours)
    shown = round(amount, 0 if amount >= 10 else 1)
    one, many = {
        "minute": (_("after {n} minute"), _("after {n} minutes")),
        "hour": (_("after {n} hour"), _("after {n} hours")),
        "day": (_("after {n} day"), _("after {n} days")),
    }[unit]
    return (one if shown == 1 else many).format(n=number(shown, 1))


def _span(hours: float) -> tuple[float, str]:
    if hours < 1:
        return round(hours * 60), "minute"
    return (hours, "hour") if hours < 72 else (hours / 24, "day")


def _digits(amount: float) -> str:
    return "#,##0" if amount >= 10 else "#,##0.#"


def quarter(name: str) -> str:
    """A quarter as a reader says it: Q3 2011."""
    return f"{name[-2:]} {name[:4]}"


def month(number: int) -> str:
    """A month of the year by its number: January is 1."""
    return str(dates.get_month_names("wide", "stand-alone", locale=_locale)[number])


def months(quarters: Quarters) -> str:
    """The months of the last quarter: July to September 2011."""
    start, end = quarters.borders[-2:]
    first, last = (
        dates.format_date(moment, "LLLL", locale=_locale)
        for moment in (start + (end - start) / 6, end - (end - start) / 6)
    )
    year = (start + (end - start) / 2).year
    return _("{first} to {last} {year}").format(first=first, last=last, year=year)


def date(moment: Day) -> str:
    """A day: 3 September 2023."""
    return dates.format_date(moment, "d MMMM y" if language() == "en" else "long", locale=_locale)


def share_of(share: float) -> str:
    """A share before a plural noun: `four in five`, `87 % of`, `all`."""
    if share in (0, 1):
        return _("all") if share else _("none of the")
    near = min(FRACTIONS, key=lambda fraction: abs(fraction - share))
    if abs(near - share) < 0.015:
        return _("about {fraction}").format(fraction=translated(FRACTIONS[near]))
    return _("{percent} of").format(percent=percent(share))


def translations() -> NullTranslations:
    """The catalogue spoken, for templates."""
    return _translations


def day_names() -> list[str]:
    """Short names of the days of the week, Monday first."""
    names = dates.get_day_names("short", locale=_locale)
    return [names[i].rstrip(".") for i in range(7)]
