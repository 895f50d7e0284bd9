"""Service hours: what they mean, and how they are counted across weekends and clock changes."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tacheles.service_hours import ServiceHours, public_holidays, read_hours

OFFICE = ServiceHours("Mo-Fr 09:00-17:00", "Europe/Berlin", "DE-BY")
MINUTE = timedelta(minutes=1)


def berlin(text: str) -> datetime:
    """A moment of Berlin's clock in UTC."""
    local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))
    return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


class TestBetween:
    def between(self, start: str, end: str, hours: ServiceHours = OFFICE) -> float:
        return hours.between(berlin(start), berlin(end)) / timedelta(hours=1)

    def test_a_weekend_is_no_service(self):
        """METRICS R3: Friday 16:30 to Monday 09:30 is one hour."""
        assert 1 == self.between("2026-03-13 16:30", "2026-03-16 09:30")

    def test_a_weekend_with_a_clock_change_is_no_service_either(self):
        """Summer time begins on 29 March 2026, a Sunday."""
        assert 1 == self.between("2026-03-27 16:30", "2026-03-30 09:30")

    def test_a_holiday_of_the_land_is_no_service(self):
        """Epiphany, 6 January, is a holiday in Bavaria and not in Berlin."""
        assert 1 == self.between("2026-01-05 16:30", "2026-01-07 09:30")
        there = ServiceHours("Mo-Fr 09:00-17:00", "Europe/Berlin", "DE-BE")
        assert 9 == self.between("2026-01-05 16:30", "2026-01-07 09:30", there)

    def test_around_the_clock_a_day_of_clock_change_has_its_real_hours(self):
        always = ServiceHours("Mo-Su 00:00-24:00", "Europe/Berlin")
        assert 23 == self.between("2026-03-29 00:00", "2026-03-30 00:00", always)
        assert 25 == self.between("2026-10-25 00:00", "2026-10-26 00:00", always)

    def test_a_break_is_no_service(self):
        with_break = ServiceHours("Mo-Fr 09:00-12:00,13:00-17:00", "Europe/Berlin")
        assert 7 == self.between("2026-03-13 00:00", "2026-03-14 00:00", with_break)

    def test_nothing_promised_is_no_service(self):
        assert 0 == self.between("2026-01-01", "2026-12-31", ServiceHours())

    def test_the_day_begins_where_the_community_is(self):
        """In Auckland Monday 09:00 is Sunday evening in UTC."""
        there = ServiceHours("Mo 09:00-17:00", "Pacific/Auckland")
        evening = datetime(2026, 7, 5, 21)  # 09:00 on Monday, 6 July
        assert timedelta(hours=1) == there.between(evening, evening + timedelta(hours=1))
        assert timedelta(0) == there.between(evening - timedelta(hours=1), evening)


#: Times on the half hour, but for the one inside the hour that Berlin's clock skips or repeats.
_MINUTES = st.integers(0, 48).map(lambda half: half * 30).filter(lambda minute: minute != 150)
_DAY_SPANS = st.lists(_MINUTES, min_size=2, max_size=4, unique=True).map(sorted)


@st.composite
def calendars(draw) -> tuple[ServiceHours, dict[int, list[tuple[int, int]]]]:
    """Service hours as text, and the same as spans of each weekday."""
    week = {}
    for day in draw(st.sets(st.integers(0, 6), min_size=1)):
        ends = draw(_DAY_SPANS)
        week[day] = list(zip(ends[::2], ends[1::2], strict=False))
    names = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
    rules = [
        f"{names[day]} " + ",".join(f"{clock(a)}-{clock(b)}" for a, b in spans)
        for day, spans in week.items()
    ]
    return ServiceHours("; ".join(rules), "Europe/Berlin", "DE-BY"), week


def clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def naive(week: dict, start: datetime, end: datetime) -> int:
    """Minutes of service, by looking at the clock on the wall every minute."""
    found, at = 0, start
    while at < end:
        local = at.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo("Europe/Berlin"))
        minute = local.hour * 60 + local.minute
        if local.date() not in public_holidays("DE-BY"):
            found += any(a <= minute < b for a, b in week.get(local.weekday(), []))
        at += MINUTE
    return found


#: Around both clock changes of 2026, Epiphany and Easter, where counting goes wrong if it does.
_STARTS = st.sampled_from([berlin(f"2026-{day}") for day in ("01-04", "03-27", "04-01", "10-23")])


@settings(deadline=None, max_examples=60)
@given(calendars(), _STARTS, st.integers(0, 2880), st.integers(0, 4320))
def test_it_counts_like_somebody_who_looks_at_the_clock_every_minute(made, start, wait, span):
    hours, week = made
    start += wait * MINUTE
    end = start + span * MINUTE
    assert naive(week, start, end) * MINUTE == hours.between(start, end)


@settings(deadline=None)
@given(calendars(), _STARTS, st.integers(1, 20000))
def test_pieces_leave_no_gap_and_count_what_was_served(made, start, span):
    hours, _week = made
    end = start + span * MINUTE
    pieces = hours.pieces(start, end)
    assert (start, end) == (pieces[0].starts_at, pieces[-1].ends_at)
    assert all(one.ends_at == next_.starts_at for one, next_ in pairwise(pieces))
    assert all(one.starts_at.date() == one.day for one in pieces)
    assert all((one.ends_at - MINUTE / 60).date() == one.day for one in pieces)
    for piece in pieces[:: max(1, len(pieces) // 10)]:
        served = timedelta(microseconds=piece.served)
        assert hours.between(start, piece.starts_at) == served


class TestReadHours:
    def test_days_and_spans(self):
        week = read_hours("Mo-We,Fr 09:00-12:00, 13:00-17:00; Su 20:00-24:00")
        office = ((540, 720), (780, 1020))
        assert (office, office, office, (), office, (), ((1200, 1440),)) == week

    def test_nothing(self):
        assert ((),) * 7 == read_hours("")

    @pytest.mark.parametrize(
        ("text", "hint"),
        [
            ("Mo-Fr", "write days and times"),
            ("09:00-17:00", "write days and times"),
            ("Mo-Fr 9-17", "times are like 09:00-17:00"),
            ("Mo-Fr 09:00-17:60", "times are like 09:00-17:00"),
            ("Mo-Do 09:00-17:00", "days are Mo, Tu, We"),
            ("Sa-Mo 09:00-17:00", "a week begins on Monday"),
            ("Fr 22:00-02:00", "write a night as two"),
            ("Fr 22:00-24:30", "by 24:00"),
            ("Mo 09:00-09:00", "a span ends after it begins"),
            ("Mo 09:00-12:00; Mo-Fr 13:00-17:00", "Mo stands twice"),
            ("Mo 09:00-13:00,12:00-17:00", "overlap"),
        ],
    )
    def test_what_cannot_be_meant_is_refused_with_what_to_write(self, text, hint):
        with pytest.raises(ValueError, match=hint):
            read_hours(text)


class TestPublicHolidays:
    def test_of_a_land(self):
        assert date(2026, 6, 4) in public_holidays("DE-BY")  # Corpus Christi
        assert date(2026, 6, 4) not in public_holidays("DE")

    @pytest.mark.parametrize("place", ["XX", "DE-XX", "Bavaria", "de-by"])
    def test_a_place_that_is_not_known_is_refused(self, place):
        with pytest.raises(ValueError, match="DE-BY"):
            public_holidays(place)
