//! Why there is no answer, as programs and people are shown it.

use crate::error::Error;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Code {
    /// A parameter cannot be understood.
    BadParameter,
    /// The body cannot be understood.
    BadBody,
    /// The host cannot be understood.
    BadHost,
    /// The request does not name this server.
    Misdirected,
    /// A page of a site that may not ask does.
    ForeignOrigin,
    /// There is no such page or item.
    NotFound,
    /// There was such an item, and there is none any longer.
    Gone,
    /// The address does not answer this method.
    MethodNotAllowed,
    /// The body is too large.
    BodyTooLarge,
    /// The body comes too slowly.
    SlowBody,
    /// The address is too long.
    TargetTooLong,
    /// The body is of a kind that is not read.
    UnsupportedMediaType,
    /// Too many searches at once.
    Overloaded,
    /// The server is stopping.
    Stopping,
    /// It took too long.
    Timeout,
    /// The first index is being built.
    Indexing,
    /// There is no index.
    NoIndex,
    /// Something went wrong inside.
    Internal,
}

impl Code {
    /// Returns the code as programs read it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// What a page says of an error.
#[derive(Clone, Copy, Debug)]
pub struct Failure<'a> {
    /// What kind it is.
    pub code: Code,
    /// What is wrong: an English sentence without a full stop.
    pub message: &'a str,
    /// What to do: an English sentence without a full stop, or empty.
    pub hint: &'a str,
    /// What it was, where more is known.
    pub cause: Option<&'a Error>,
}
