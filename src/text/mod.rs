//! What every module shares about plain text: spans of it, what of it is invisible, how wide it is, how it is put.

mod escape;
mod invisible;
mod plain;
mod spans;
mod width;

pub use escape::{escape, escape_exact, escape_json, fitting_escaped};
pub use invisible::{Shown, clean, is_deleted, shown};
pub use plain::{count, escape_path, file_stem, year_and_month};
pub use spans::{ByteSpan, floor_boundary, merge_spans, widened_to_graphemes};
pub use width::{display_width, fitting_prefix, is_han, is_wide_punctuation, is_wide_script};
