//! The two languages of the pages.

/// A language of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// 中文.
    #[default]
    Chinese,
    /// English.
    English,
}

impl Language {
    /// Finds the language of a code, `zh` or `en`, as parameters and cookies name it.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "zh" => Some(Self::Chinese),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    /// Chooses what a browser asks for with `Accept-Language` (RFC 9110, 12.5.4): English where it stands before
    /// Chinese, else Chinese.
    #[must_use]
    pub fn accepted(header: &str) -> Self {
        let mut best = (0.0_f32, Self::Chinese);
        for range in header.split(',') {
            let mut parts = range.split(';');
            let tag = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
            let quality = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map_or(1.0, |quality| quality.trim().parse().unwrap_or(0.0));
            let primary = tag.split('-').next().unwrap_or_default();
            if let Some(language) = Self::from_code(primary)
                && quality > best.0
            {
                best = (quality, language);
            }
        }
        best.1
    }

    /// Returns the code used in parameters and cookies.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.choose("zh", "en")
    }

    /// Returns the tag for `lang` attributes (BCP 47).
    #[must_use]
    pub fn tag(self) -> &'static str {
        self.choose("zh-CN", "en")
    }

    /// Returns the other language.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Chinese => Self::English,
            Self::English => Self::Chinese,
        }
    }

    /// Chooses the text of this language.
    #[must_use]
    pub fn choose<'t>(self, chinese: &'t str, english: &'t str) -> &'t str {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_is_chosen_where_it_stands_before_chinese() {
        for (header, expected) in [
            ("", Language::Chinese),
            ("zh-CN,zh;q=0.9,en;q=0.8", Language::Chinese),
            ("en-US,en;q=0.9", Language::English),
            ("en;q=0.5, zh-TW;q=0.7", Language::Chinese),
            ("fr, de;q=0.9, en;q=0.2", Language::English),
            ("fr", Language::Chinese),
            ("*", Language::Chinese),
            ("en;q=0", Language::Chinese),
            ("en;q=banana", Language::Chinese),
        ] {
            assert_eq!(Language::accepted(header), expected, "{header}");
        }
    }
}
