//! The pages behind the codes: what `justscale explain JS0001` prints.
//!
//! A new kind of fault adds its code to the list; a test holds the list, the pages, the cases and the source together.

/// The long form of a code, in Markdown: what it means, an example, the ways to put it right.
pub fn explain(code: &str) -> Option<&'static str> {
    PAGES.iter().find(|(known, _)| known.eq_ignore_ascii_case(code)).map(|(_, page)| *page)
}

/// Every code that the compiler can give, in order.
pub fn codes() -> impl Iterator<Item = &'static str> {
    PAGES.iter().map(|(code, _)| *code)
}

macro_rules! pages {
    ($($code:ident)*) => {
        &[$((stringify!($code), include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/errors/", stringify!($code), ".md")))),*]
    };
}

const PAGES: &[(&str, &str)] = pages! {
    JS0001 JS0002 JS0003 JS0004 JS0005
    JS0101 JS0102 JS0103 JS0104 JS0105 JS0110 JS0111 JS0112 JS0113 JS0114 JS0115 JS0116 JS0117 JS0118 JS0120 JS0121 JS0122
    JS0130 JS0131 JS0132 JS0133 JS0134 JS0135 JS0136 JS0140 JS0141 JS0142 JS0143 JS0144 JS0145 JS0146 JS0147
    JS0201 JS0202 JS0203 JS0204 JS0205 JS0206 JS0207 JS0209 JS0210 JS0211 JS0212 JS0213 JS0214 JS0220 JS0221 JS0299
};
