//! The files of the page and of the embeddable box, in the binary.

use std::sync::LazyLock;

pub(super) const STYLE: &str = include_str!("assets/page.css");
pub(super) const SCRIPT: &str = concat!(
    "(() => {\n\"use strict\";\n",
    include_str!("assets/combobox.js"),
    include_str!("assets/page.js"),
    "})();\n"
);
pub(super) const EMBED: &str = concat!(
    "(() => {\n\"use strict\";\n",
    include_str!("assets/combobox.js"),
    include_str!("assets/embed-strings.js"),
    include_str!("assets/embed.js"),
    "})();\n"
);
pub(super) const ICON: &str = include_str!("assets/icon.svg");

/// Names this version of the files.
pub(super) fn version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        let mut hasher = blake3::Hasher::new();
        for file in [STYLE, SCRIPT, EMBED, ICON] {
            hasher.update(file.as_bytes());
        }
        hasher.finalize().to_hex()[..12].to_owned()
    });
    &VERSION
}
