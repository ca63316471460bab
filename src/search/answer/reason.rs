//! Why nothing was found, or only some of the words.

use super::collect::Match;
use super::explain::Grounds;
use crate::query::{Node, Note, Way, WhyNothing};
use crate::search::request::Request;

/// Says why nothing was found.
pub(super) fn why_nothing(request: &Request, missing: &[String]) -> WhyNothing {
    let filtered = !request.filters.is_empty() || !request.query.filters.is_empty();
    let excluded = request.query.root.as_ref().is_some_and(Node::excludes);
    if !missing.is_empty() {
        WhyNothing::Missing(missing.to_vec())
    } else if request.strict && !filtered && !excluded {
        WhyNothing::NotAsTyped
    } else if filtered {
        WhyNothing::Filters
    } else if excluded {
        WhyNothing::Exclusions
    } else {
        WhyNothing::Other
    }
}

/// Says how many of the words that say what is looked for the best item has.
pub(super) fn fewer(best: Option<&Match>, grounds: &Grounds) -> Note {
    let Some(best) = best else {
        return Note::SomeWords { has: None, of: 0 };
    };
    let words = grounds.explain(best.address).words;
    let planned = grounds.plan.words.iter().filter(|word| word.positive);
    let needed = words.iter().zip(planned).filter(|(_, planned)| planned.needed);
    let has = needed.clone().filter(|(word, _)| word.way.is_some_and(Way::is_whole)).count();
    Note::SomeWords { has: Some(has), of: needed.count() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Filters;
    use crate::search::testing::request;

    #[test]
    fn nothing_found_has_a_reason() {
        let missing = ["zeta".to_owned()];
        let filters = Filters { sources: vec!["daily".to_owned()], ..Filters::default() };
        for (typed, strict, filters, missing, expected) in [
            (
                "alpha",
                true,
                Filters::default(),
                &missing[..],
                WhyNothing::Missing(missing.to_vec()),
            ),
            ("alpha", true, Filters::default(), &[], WhyNothing::NotAsTyped),
            ("alpha", true, filters.clone(), &[], WhyNothing::Filters),
            ("alpha -beta", true, Filters::default(), &[], WhyNothing::Exclusions),
            ("alpha -beta", false, filters, &[], WhyNothing::Filters),
            ("alpha", false, Filters::default(), &[], WhyNothing::Other),
        ] {
            let asked = Request { filters, strict, ..request(typed) };
            assert_eq!(why_nothing(&asked, missing), expected, "{typed}");
        }
    }
}
