//! The pages where there is no answer: while the first index is built, and for errors.

use maud::html;

use super::context::Context;
use super::facets::chips;
use super::frame::{Frame, document};
use super::language::Language;
use super::text::Text;
use crate::error::Error;
use crate::query::{grouped, shortened};
use crate::render::failure::{Code, Failure};
use crate::render::path::id_path;

/// The page while the index is being built for the first time: `done` of `files` are read.
#[must_use]
pub fn building_page(context: &Context<'_>, done: usize, files: usize) -> String {
    let main = html! {
        div #answer data-matched="building" {
            h1 { (context.say("正在建立索引", "Building the index")) }
            @if files > 0 {
                p {
                    (context.say("已读取 ", "Read ")) span.read { (grouped(done)) " / " (grouped(files)) }
                    (context.say(" 个文件。", " files. "))
                    (context.say("完成后本页会自动打开搜索。", "When it is done, this page opens the search by itself."))
                }
                progress max=(files) value=(done.min(files))
                    aria-label=(context.say("进度", "Progress")) {}
            } @else {
                p { (context.say("马上就好，本页会自动刷新。", "One moment; this page reloads by itself.")) }
            }
        }
    };
    let frame = Frame {
        title: context.say("正在建立索引", "Building the index").to_owned(),
        class: "building-page",
        refresh: Some(5),
        ..Frame::default()
    };
    document(context, &frame, &main)
}

/// A page for an error.
#[must_use]
pub fn error_page(context: &Context<'_>, failure: &Failure<'_>) -> String {
    let title = title(context, failure.code);
    let nearest = match failure.cause {
        Some(Error::NoItem { nearest, .. }) => nearest.as_deref(),
        _ => None,
    };
    let is_chinese = context.language == Language::Chinese;
    let chinese = is_chinese.then(|| chinese(failure.code, failure.cause)).flatten();
    let main = html! {
        div.page {
            h1 { (title) }
            @if let Some(sentence) = chinese {
                p { (Text(&sentence)) }
            } @else {
                p lang="en" { (Text(failure.message)) }
                @if !failure.hint.is_empty() && nearest.is_none() {
                    p.hint lang="en" { (Text(failure.hint)) }
                }
            }
            @if let Some(nearest) = nearest {
                p {
                    (context.say("是不是要找 ", "Did you mean "))
                    a href=(context.site.path(&id_path(nearest))) { (Text(nearest)) }
                    (context.say("？", "?"))
                }
            }
            (chips(context))
            p { a href=(context.site.path("/")) { (context.say("回到搜索", "Back to the search")) } }
        }
    };
    let frame = Frame { title: title.to_owned(), class: "error-page", ..Frame::default() };
    document(context, &frame, &main)
}

fn title(context: &Context<'_>, code: Code) -> &'static str {
    match code {
        Code::NotFound => context.say("没有这一页", "Not found"),
        Code::Gone => context.say("条目已不在", "No longer here"),
        Code::BadParameter | Code::BadBody | Code::BadHost | Code::TargetTooLong => {
            context.say("无法理解这个地址", "This address cannot be understood")
        }
        Code::Overloaded | Code::Stopping | Code::Timeout | Code::Indexing | Code::NoIndex => {
            context.say("暂时无法回答", "Cannot answer right now")
        }
        Code::Misdirected
        | Code::ForeignOrigin
        | Code::MethodNotAllowed
        | Code::BodyTooLarge
        | Code::SlowBody
        | Code::UnsupportedMediaType
        | Code::Internal => context.say("出错了", "Something went wrong"),
    }
}

/// Says an error in Chinese, by what caused it or else by its code; `None` for one that only its own sentence explains.
fn chinese(code: Code, cause: Option<&Error>) -> Option<String> {
    cause.and_then(of_cause).or_else(|| {
        let sentence = match code {
            Code::Misdirected => "这台服务器不认识这个域名；请用它的地址或 localhost 访问，或在启动时用 --base-url 或 --allow-host 写明域名。",
            Code::ForeignOrigin => "这个网站的页面不能向这台服务器提问；运行服务器的人可以用 --allow-origin 允许它。",
            Code::NotFound => "这个地址下没有页面。",
            Code::Gone => "这个条目已经不在归档里。",
            Code::MethodNotAllowed => "这个地址不接受这种请求。",
            Code::TargetTooLong => "地址太长，请减少词语或筛选。",
            Code::SlowBody => "发送得太慢。",
            Code::BodyTooLarge => "发送的内容太大。",
            Code::Overloaded => "同时搜索的人太多，请过一秒再试。",
            Code::Timeout => "这次搜索花的时间太长，请再试一次，或少写几个词。",
            Code::Stopping => "服务器正在停止。",
            Code::NoIndex => "还没有可以搜索的索引，请查看服务器的消息。",
            Code::Internal => "搜索出错了，请查看服务器的消息。",
            Code::BadParameter
            | Code::BadBody
            | Code::BadHost
            | Code::UnsupportedMediaType
            | Code::Indexing => return None,
        };
        Some(sentence.to_owned())
    })
}

fn of_cause(error: &Error) -> Option<String> {
    Some(match error {
        Error::NoItem { id, is_gone: true, .. } => {
            format!("编号为“{}”的条目已经不在归档里。", shortened(id))
        }
        Error::NoItem { id, .. } => format!("没有编号为“{}”的条目。", shortened(id)),
        Error::Date { value, .. } => format!(
            "“{}”不是日期；可以写 2024、2024-02、2024-02-22、2024Q1、2月、7d、今天、上周。",
            shortened(value)
        ),
        Error::Issue { value } => {
            format!("“{}”不是期号；可以写 290、290..300 或 300..。", shortened(value))
        }
        Error::Link { value } => format!("“{}”既不是链接也不是域名。", shortened(value)),
        _ => return None,
    })
}
