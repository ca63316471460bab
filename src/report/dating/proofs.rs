//! What links and images prove about the time of a report.

use std::cmp::Reverse;

use jiff::civil::Date;
use lazy_regex::regex;
use serde::{Deserialize, Serialize};

use super::date::{Precision, ProofKind, days_between};
use super::patterns::{self, YEARS, first_date, first_month};

/// One time that a link or an image proves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// The day, or the first day of the month.
    pub date: Date,
    /// How exactly it is known.
    pub precision: Precision,
    /// What proves it.
    pub by: ProofKind,
}

impl Proof {
    fn of_day(date: Date, by: ProofKind) -> Self {
        Self { date, precision: Precision::Day, by }
    }

    fn of_month(date: Date, by: ProofKind) -> Self {
        Self { date, precision: Precision::Month, by }
    }

    /// Writes the time to the precision it is known.
    #[must_use]
    pub fn display(&self) -> String {
        self.precision.display(self.date)
    }
}

/// Twitter's ids count milliseconds from this time, 2010-11-04T01:42:54.657Z.
const TWEET_EPOCH_MILLIS: i64 = 1_288_834_974_657;
/// Two proofs this many days apart are of the same time: a report looks back at most a month.
const SAME_TIME_DAYS: i32 = 31;
/// The same where only months are known, each of which may be off by nearly one more.
const SAME_TIME_DAYS_OF_MONTHS: i32 = 62;
/// So many links of one time date a report; two may both be old. The golden cases hold it.
const ENOUGH_LINKS: usize = 3;
/// So many papers or pictures of one time are not there by chance.
const ENOUGH_PAPERS: usize = 2;
/// A kind that at least one in so many links belongs to is what the report is about: a lone paper in a list of
/// projects may be years old.
const USUAL_ONE_IN: usize = 5;

/// Everything that the links and images of one report prove.
#[derive(Debug)]
pub(super) struct Proofs<'r> {
    /// Sorted by time, months before their days.
    all: Vec<Proof>,
    links: &'r [String],
    images: &'r [String],
}

impl<'r> Proofs<'r> {
    pub(super) fn of(links: &'r [String], images: &'r [String]) -> Self {
        let of_links = links.iter().filter_map(|link| of_link(link));
        let mut all: Vec<Proof> =
            of_links.chain(images.iter().filter_map(|image| of_image(image))).collect();
        all.sort_by_key(|proof| (proof.date, Reverse(proof.precision)));
        Self { all, links, images }
    }

    fn latest_of(&self, by: ProofKind) -> Option<&Proof> {
        self.all.iter().rfind(|proof| proof.by == by)
    }

    /// Returns the latest proof of the strongest kind: a report cannot be older than what it shows. Images are made
    /// for the report, so they weigh most; dates in links may lie in the future or not be dates.
    pub(super) fn latest(&self) -> Option<&Proof> {
        [ProofKind::Image, ProofKind::Tweet, ProofKind::Arxiv]
            .into_iter()
            .find_map(|by| self.latest_of(by))
            // Most links of a report are of its own days, a few are older, and a lone one may be anything.
            .or_else(|| self.all.get(self.all.len() * 3 / 4))
    }

    /// Returns the latest proof that is not a date in a link; a report cannot be older.
    pub(super) fn not_before(&self) -> Option<&Proof> {
        self.all.iter().rfind(|proof| proof.by != ProofKind::Link)
    }

    /// Returns the latest day that an image proves.
    pub(super) fn last_picture(&self) -> Option<Date> {
        let is_picture =
            |proof: &&Proof| proof.by == ProofKind::Image && proof.precision == Precision::Day;
        self.all.iter().rfind(is_picture).map(|proof| proof.date)
    }

    /// Returns the latest proof of the strongest kind of which enough are of the same time: a report that is dated by
    /// it alone needs more than one paper that may be years old, or a number in a path that looks like a date.
    pub(super) fn convincing(&self) -> Option<&Proof> {
        let image = || {
            self.latest_of(ProofKind::Image).filter(|proof| {
                self.of_same_time(proof) >= ENOUGH_PAPERS || !self.is_plain_number(proof)
            })
        };
        let tweet = || {
            self.latest_of(ProofKind::Tweet)
                .filter(|proof| self.of_same_time(proof) >= ENOUGH_LINKS || self.is_usual(proof.by))
        };
        let paper = || {
            self.latest_of(ProofKind::Arxiv).filter(|proof| {
                self.of_same_time(proof) >= ENOUGH_PAPERS && self.is_usual(proof.by)
            })
        };
        let link = || {
            let is_one_of_many = |proof: &&Proof| {
                proof.by == ProofKind::Link && self.of_same_time(proof) >= ENOUGH_LINKS
            };
            self.all.iter().rfind(is_one_of_many)
        };
        image().or_else(tweet).or_else(paper).or_else(link)
    }

    /// Counts the proofs of the same kind and time, this one included.
    fn of_same_time(&self, proof: &Proof) -> usize {
        let window = match proof.precision {
            Precision::Day => SAME_TIME_DAYS,
            Precision::Month => SAME_TIME_DAYS_OF_MONTHS,
        };
        let is_near = |other: &&Proof| {
            other.by == proof.by && days_between(proof.date, other.date).abs() <= window
        };
        self.all.iter().filter(is_near).count()
    }

    /// Returns whether an image proves the day by eight digits that may be any number.
    fn is_plain_number(&self, proof: &Proof) -> bool {
        let written = proof.date.strftime("/%Y%m%d").to_string();
        self.images.iter().any(|image| image.contains(&written))
    }

    fn is_usual(&self, by: ProofKind) -> bool {
        let count = self.all.iter().filter(|proof| proof.by == by).count();
        count * USUAL_ONE_IN >= self.links.len()
    }
}

fn of_link(link: &str) -> Option<Proof> {
    let day =
        || Some(Proof::of_day(first_date(patterns::day_in_url(), link)?.date, ProofKind::Link));
    let month =
        || Some(Proof::of_month(first_month(patterns::month_in_url(), link)?, ProofKind::Link));
    let paper = arxiv_month(link).map(|date| Proof::of_month(date, ProofKind::Arxiv));
    paper
        .or_else(|| Some(Proof::of_day(tweet_day(link)?, ProofKind::Tweet)))
        .or_else(day)
        .or_else(month)
}

fn of_image(image: &str) -> Option<Proof> {
    let day = first_date(patterns::day_in_image(), image)
        .or_else(|| first_date(patterns::day_in_url(), image))
        .map(|found| Proof::of_day(found.date, ProofKind::Image));
    day.or_else(|| {
        let month = first_month(patterns::month_in_url(), image)?;
        Some(Proof::of_month(month, ProofKind::Image))
    })
}

/// Reads the month in an arXiv id: `2402.13753` is of February 2024.
fn arxiv_month(link: &str) -> Option<Date> {
    let pattern = regex!(r"arxiv\.org/(?:abs|pdf|html)/([0-9]{2})(0[1-9]|1[0-2])\.[0-9]{4,5}");
    let found = pattern.captures(link)?;
    patterns::date(&format!("20{}", &found[1]), &found[2], "1")
}

/// Reads the day in the id of a tweet.
fn tweet_day(link: &str) -> Option<Date> {
    let pattern = regex!(r"(?:twitter|x)\.com/[^/]+/status(?:es)?/([0-9]{15,20})");
    let id: i64 = pattern.captures(link)?[1].parse().ok()?;
    let time = jiff::Timestamp::from_millisecond((id >> 22) + TWEET_EPOCH_MILLIS).ok()?;
    let day = jiff::tz::TimeZone::UTC.to_datetime(time).date();
    YEARS.contains(&day.year()).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(all: &[&str]) -> Vec<String> {
        all.iter().map(|url| (*url).to_owned()).collect()
    }

    #[track_caller]
    fn check_link(link: &str, expected: Option<(&str, ProofKind)>) {
        let found = of_link(link).map(|proof| (proof.display(), proof.by));
        assert_eq!(found, expected.map(|(date, by)| (date.to_owned(), by)), "{link}");
    }

    #[test]
    fn links_prove_a_time_by_ids_and_dates() {
        check_link("https://arxiv.org/abs/2402.13753v1", Some(("2024-02", ProofKind::Arxiv)));
        check_link("https://arxiv.org/pdf/2402.13753", Some(("2024-02", ProofKind::Arxiv)));
        check_link("https://arxiv.org/html/2402.1375", Some(("2024-02", ProofKind::Arxiv)));
        check_link("https://arxiv.org/abs/2413.13753", None);
        check_link("https://arxiv.org/abs/hep-th/9901001", None);
        for host in ["twitter.com/a/status", "x.com/a/status", "x.com/a/statuses"] {
            let link = format!("https://{host}/1760350892317098371?s=20");
            check_link(&link, Some(("2024-02-21", ProofKind::Tweet)));
        }
        check_link("https://x.com/a/status/17603508923170", None);
        check_link("https://a.b/2024/02/22/title", Some(("2024-02-22", ProofKind::Link)));
        check_link("https://a.b/2024-02-22", Some(("2024-02-22", ProofKind::Link)));
        check_link("https://a.b/2024/02/title", Some(("2024-02", ProofKind::Link)));
        check_link("https://a.b/202402/title", Some(("2024-02", ProofKind::Link)));
        check_link("https://a.b/2024", None);
    }

    #[track_caller]
    fn check_convincing(links: &[&str], images: &[&str], expected: Option<&str>) {
        let (links, images) = (owned(links), owned(images));
        let found = Proofs::of(&links, &images).convincing().map(Proof::display);
        assert_eq!(found.as_deref(), expected, "{links:?} {images:?}");
    }

    #[test]
    fn a_proof_convinces_where_enough_are_of_its_time() {
        let paper = |month: u32| format!("https://arxiv.org/abs/24{month:02}.13753");
        let other = "https://a.b/c";
        check_convincing(&[&paper(2)], &[], None);
        check_convincing(&[&paper(2), &paper(3)], &[], Some("2024-03"));
        // Two months before is another time.
        check_convincing(&[&paper(1), &paper(5)], &[], None);
        let mut few = vec![other; 8];
        let papers = [paper(2), paper(3)];
        few.extend(papers.iter().map(String::as_str));
        check_convincing(&few, &[], Some("2024-03"));
        few.push(other);
        check_convincing(&few, &[], None);
        let dated: Vec<String> =
            (1..=3).map(|day| format!("https://a.b/2024/02/0{day}/x")).collect();
        let dated: Vec<&str> = dated.iter().map(String::as_str).collect();
        check_convincing(&dated, &[], Some("2024-02-03"));
        check_convincing(&dated[..2], &[], None);
    }

    #[test]
    fn a_picture_convinces_unless_its_date_may_be_a_plain_number() {
        check_convincing(&[], &["https://a.b/bg2024022201.webp"], Some("2024-02-22"));
        check_convincing(&[], &["https://a.b/20240222.png"], None);
        check_convincing(
            &[],
            &["https://a.b/20240222.png", "https://a.b/20240201.png"],
            Some("2024-02-22"),
        );
        check_convincing(&[], &["https://a.b/2024/02/x.png"], Some("2024-02"));
        // When it was uploaded, to the millisecond; a number of as many digits that is no time.
        let uploaded = |name: &str| format!("https://a.b/{name}.png");
        let [one, two] = ["20240222183059123", "20240222183101007"].map(uploaded);
        check_convincing(&[], &[&one, &two], Some("2024-02-22"));
        let [one, two] = ["20240222993059123", "20240222993101007"].map(uploaded);
        check_convincing(&[], &[&one, &two], None);
    }

    #[test]
    fn pictures_weigh_more_than_posts_and_posts_more_than_links() {
        let links = owned(&[
            "https://x.com/a/status/1760350892317098371",
            "https://arxiv.org/abs/2405.13753",
            "https://a.b/2025/02/22/title",
        ]);
        let images = owned(&["https://a.b/2023-12-24.png"]);
        let latest = |links: &[String], images: &[String]| {
            Proofs::of(links, images).latest().map(|proof| proof.by)
        };
        assert_eq!(latest(&links, &images), Some(ProofKind::Image));
        assert_eq!(latest(&links, &[]), Some(ProofKind::Tweet));
        assert_eq!(latest(&links[1..], &[]), Some(ProofKind::Arxiv));
        assert_eq!(latest(&links[2..], &[]), Some(ProofKind::Link));
        let proofs = Proofs::of(&links, &images);
        assert_eq!(proofs.not_before().map(|proof| proof.by), Some(ProofKind::Arxiv));
        assert_eq!(proofs.last_picture(), Some(Date::constant(2023, 12, 24)));
    }
}
