use super::*;

fn saying(said: &[u32]) -> Traits {
    Traits { said: Said::of(said), ..Traits::default() }
}

fn lessons(series: &[Traits]) -> Vec<Lesson> {
    learn(&series.iter().collect::<Vec<_>>())
}

#[test]
fn what_differs_in_a_number_is_the_same() {
    let hash = |text: &str| hash_of(text, []);
    assert_eq!(hash("第 12 期，共 3 条"), hash("第 113 期， 共 45 条"));
    assert_ne!(hash("第 12 期"), hash("第 期"));
    assert_ne!(hash("甲"), hash("乙"));
    assert_ne!(hash_of("甲", ["http://a.b/1"]), hash_of("甲", ["http://a.b/2"]));
}

/// What the first of so many reports learns, of which the first few say the same beside what is their own.
fn repeated(all: u32, same: u32) -> Vec<Lesson> {
    let own = |at: u32| {
        let first = if at < same { 1 } else { 10 + 3 * at };
        saying(&[first, 11 + 3 * at, 12 + 3 * at])
    };
    lessons(&(0..all).map(own).collect::<Vec<_>>())
}

#[test]
fn a_third_of_the_series_and_three_reports_repeat_something() {
    assert!(repeated(2, 2)[0].is_empty());
    assert!(repeated(9, 2)[0].is_empty());
    assert_eq!(repeated(9, 3)[0].repeated, [1]);
    assert!(repeated(10, 3)[0].is_empty());
}

#[test]
fn neighbours_count_most() {
    // Nine of the first twenty-five, in a series of a hundred.
    let learned = repeated(100, 9);
    assert_eq!(learned[0].repeated, [1]);
    assert_eq!(learned[8].repeated, [1]);
    assert!(learned[50].is_empty());
    assert!(repeated(100, 8)[0].is_empty());
}

#[test]
fn copies_of_a_report_say_what_it_says() {
    let copies = vec![saying(&[1, 2, 3, 4]); 3];
    assert!(lessons(&copies).iter().all(Lesson::is_empty));
    let series: Vec<Traits> = (0..3).map(|at| saying(&[1, 2, 3, 10 + at])).collect();
    assert_eq!(lessons(&series)[0].repeated, [1, 2, 3]);
}

#[test]
fn what_some_reports_around_repeat_comes_and_goes() {
    let report = |at: u32| {
        let own = (0..4).map(|n| 1_000 + 10 * at + n);
        let said = own.chain([1]).chain((at >= 13).then_some(2)).chain((at >= 45).then_some(3));
        saying(&said.collect::<Vec<_>>())
    };
    let learned = lessons(&(0..60).map(report).collect::<Vec<_>>());
    assert_eq!((learned[30].repeated.as_slice(), learned[30].passing.len()), (&[1, 2][..], 0));
    assert_eq!(
        (learned[13].repeated.as_slice(), learned[13].passing.as_slice()),
        (&[1, 2][..], &[2][..])
    );
    assert_eq!(
        (learned[59].repeated.as_slice(), learned[59].passing.as_slice()),
        (&[1, 2, 3][..], &[3][..])
    );
}

#[test]
fn a_report_that_falls_out_learns_the_level_of_the_others() {
    let usual =
        Traits { level: 3, has_items: true, headings: [0, 0, 5, 0, 0, 0], ..Traits::default() };
    let odd = |headings: u32| Traits {
        has_items: headings > 1,
        headings: [0, 0, headings, 0, 0, 0],
        ..Traits::default()
    };
    let learned =
        |odd: Traits| lessons(&[usual.clone(), odd, usual.clone(), usual.clone()])[1].level;
    assert_eq!(learned(odd(4)), Some(3));
    assert_eq!(learned(odd(1)), None);
    assert_eq!(lessons(&[usual.clone(), odd(4), odd(4)])[1].level, None);
}

#[test]
fn notes_among_reports_with_numbers_learn_that_they_are_others() {
    let counted = Traits { is_counted: true, has_items: true, ..Traits::default() };
    let notes = Traits { is_notes: true, has_items: true, ..Traits::default() };
    let learned = |counted_reports: usize, notes_reports: usize| {
        let mut series = vec![counted.clone(); counted_reports];
        series.extend(vec![notes.clone(); notes_reports]);
        lessons(&series).iter().filter(|lesson| lesson.is_outsider()).count()
    };
    assert_eq!(learned(MIN_COUNTED - 1, 1), 1);
    assert_eq!(learned(MIN_COUNTED - 2, 1), 0);
    assert_eq!(learned(8, 2), 2);
    assert_eq!(learned(8, 3), 0);
}

/// A series after changes teaches what it would teach if nobody knew what it was before.
#[test]
fn what_has_changed_teaches_what_the_whole_series_does() {
    let mut state = 20_261_127_u64;
    let mut below = |most: u32| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        u32::try_from(state >> 40).unwrap() % most
    };
    let mut moved = 0;
    for round in 0..400 {
        let mut report = || {
            let level = u8::try_from(below(3)).unwrap();
            let mut said: Vec<u32> = (0..12).map(|n| n << 20 | below(6)).collect();
            said.retain(|hash| hash & 7 < 2);
            Traits {
                level,
                has_items: true,
                headings: [below(4), below(4), below(4), 0, 0, 0],
                is_counted: below(5) > 0,
                is_notes: below(3) == 0,
                ..saying(&said)
            }
        };
        let old: Vec<Traits> = (0..=(round % 70)).map(|_| report()).collect();
        let changes: Vec<(usize, Option<Traits>)> = (0..4)
            .map(|n| (usize::try_from(round * 31 + n * 17).unwrap() % old.len(), report()))
            .map(|(at, new)| (at, (new.headings[0] > 0).then_some(new)))
            .collect();
        let (mut series, mut places, mut gone) = (Vec::new(), Vec::new(), Vec::new());
        for (at, traits) in old.iter().enumerate() {
            match changes.iter().find(|(place, _)| *place == at) {
                // One more behind it, or something else in its place, or nothing.
                Some((_, Some(new))) if new.level == 0 => {
                    series.extend([traits, new]);
                    places.extend([Some(at), None]);
                }
                Some((_, new)) => {
                    gone.push(traits);
                    series.extend(new);
                    places.extend(new.iter().map(|_| None));
                }
                None => {
                    series.push(traits);
                    places.push(Some(at));
                }
            }
        }
        let before = learn(&old.iter().collect::<Vec<_>>());
        let known = Before { all: old.len(), places: &places, gone: &gone };
        let mut learned: Vec<Lesson> = places
            .iter()
            .map(|at| at.map_or_else(Lesson::default, |at| before[at].clone()))
            .collect();
        let again = learn_moved(&series, &known);
        moved += again.len();
        for (at, lesson) in again {
            learned[at] = lesson;
        }
        assert_eq!(learned, learn(&series), "{round}");
    }
    assert!(moved > 1_000);
}

/// Of a long series, only what stands around a change is taught again.
#[test]
fn a_change_is_taught_where_it_is() {
    let reports: Vec<Traits> =
        (0..1_000).map(|at| saying(&[1, 10 + 2 * at, 11 + 2 * at])).collect();
    let mut series: Vec<&Traits> = reports.iter().collect();
    let (gone, new) = ([series[500]], saying(&[2, 3, 4]));
    series[500] = &new;
    let mut places: Vec<Option<usize>> = (0..1_000).map(Some).collect();
    places[500] = None;
    let before = Before { all: 1_000, places: &places, gone: &gone };
    let taught: Vec<usize> = learn_moved(&series, &before).into_iter().map(|(at, _)| at).collect();
    assert_eq!(taught, (488..=512).collect::<Vec<_>>());
}

#[test]
fn traits_are_kept_as_they_are() {
    let traits = Traits {
        said: Said::of(&[1, u32::MAX]),
        level: 2,
        has_items: true,
        headings: [1, 2, 3, 4, 5, 6],
        is_counted: true,
        is_notes: true,
    };
    let text = serde_json::to_string(&traits).unwrap();
    let mut read = serde_json::from_str::<Traits>(&text).unwrap();
    assert_eq!(read.said.len(), 2);
    read.said = traits.said.clone();
    assert_eq!(read, traits);
    assert_eq!(serde_json::to_string(&Traits::default()).unwrap(), "{}");
}
