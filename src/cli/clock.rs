//! Which day it is.

use std::time::SystemTime;

use jiff::ZonedDateTime;
use jiff::civil::Date;

/// Returns the day it is where the program runs; a clock beyond the calendar shows the end of it.
pub(super) fn today() -> Date {
    date_of(SystemTime::now())
}

fn date_of(time: SystemTime) -> Date {
    let end = if time < SystemTime::UNIX_EPOCH { Date::MIN } else { Date::MAX };
    ZonedDateTime::try_from(time).map_or(end, |now| now.date())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_clock_beyond_the_calendar_shows_the_end_of_it() {
        let days = |days: u64| Duration::from_secs(days * 86_400);
        // 9999-12-31 is 2,932,896 days after 1970-01-01; jiff's last instant is in the evening before.
        for (after, expected) in
            [(2_932_896, Date::MAX), (2_932_897, Date::MAX), (30_000_000, Date::MAX)]
        {
            assert_eq!(date_of(SystemTime::UNIX_EPOCH + days(after)), expected);
        }
        assert_eq!(date_of(SystemTime::UNIX_EPOCH - days(9_000_000)), Date::MIN);
        assert_eq!(date_of(SystemTime::UNIX_EPOCH - days(3_600)).year(), 1960);
        assert_eq!(date_of(SystemTime::UNIX_EPOCH + days(19_775)).year(), 2024);
    }
}
