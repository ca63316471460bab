//! The search page, around an answer.

use maud::{Markup, html};

use super::context::Context;
use super::frame::{Frame, document};

/// The search page: the answer, or what the archive holds if nothing was asked.
#[must_use]
pub fn search_page(context: &Context<'_>, answer: &Markup) -> String {
    let question = context.question;
    let title = if question.is_home() {
        String::new()
    } else if question.query.is_empty() {
        context.say("筛选", "Filtered").to_owned()
    } else {
        question.query.chars().take(60).collect()
    };
    let home = question.is_home();
    let frame = Frame {
        title,
        canonical: home.then(|| "/".to_owned()),
        description: home.then(|| {
            context
                .say(
                    "往期报告的全文搜索：每一条、每个词、每个链接",
                    "Full-text search of past reports",
                )
                .to_owned()
        }),
        class: "searching",
        is_search: true,
        ..Frame::default()
    };
    let main = html! {
        input #show-facets.unseen type="checkbox"
            aria-label=(context.say("显示筛选", "Show filters"));
        (answer)
    };
    document(context, &frame, &main)
}
