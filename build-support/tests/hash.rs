//! The slots and the compiler hash alike: the same texts, seen by rustc's lexer and by ours.
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test may panic")]

use justscale_compiler::emit::hash::{hash, item_leaves, leaves};

/// The hash that a slot computes, and the one that the compiler computes of the same text. `stringify!` would print the tokens anew,
/// so the compiler gets this very file's text between the two marks of a case.
macro_rules! cases {
    ($($name:ident: $attribute:ident ($($argument:tt)*) {$($item:tt)*})*) => {
        $(#[test]
        fn $name() {
            let here = justscale_macros::hash_of!($attribute ($($argument)*) {$($item)*});
            assert_eq!(here, by_the_compiler(stringify!($name)));
        })*
    };
}

/// Finds a case in this file and hashes it as the compiler does.
fn by_the_compiler(name: &str) -> u64 {
    let text = include_str!("hash.rs");
    let start = text.find(&format!("    {name}: ")).expect("the case") + name.len() + 6;
    let rest: proc_macro2::TokenStream =
        text[start..].split("\n    // end").next().expect("its end").parse().expect("Rust");
    let mut tokens = rest.into_iter();
    let attribute = tokens.next().expect("an attribute").to_string();
    let mut inner = || match tokens.next() {
        Some(proc_macro2::TokenTree::Group(group)) => group.stream(),
        other => panic!("a group, not {other:?}"),
    };
    let (arguments, item) = (leaves(inner()), item_leaves(inner()));
    hash(&attribute, &arguments, &item).0
}

cases! {
    a_process: process ("/subscription/{customer}") {
        /// Charges a customer each month.
        #[allow(clippy::too_many_arguments)]
        pub async fn subscription(customer: Customer, plan: Plan, billing: &Billing, mail: &dyn Mailer) -> Result<Ended, BillingError> {
            let mut missed = 0; // a comment
            'outer: loop {
                race! {
                    _ = Cancelled::of(&customer) => return Ok(Ended::ByCustomer),
                    _ = sleep(days(30)) => {}
                }
                match billing.charge(&customer, plan.price).await {
                    Ok(receipt) => { missed = 0; mail.receipt(&customer, &receipt).await?; }
                    Err(BillingError::Declined) if missed < 3 => missed += 1,
                    Err(e) => return Err(e),
                }
                break 'outer;
            }
        }
    }
    // end

    an_empty_item: signal () {}
    // end

    literals: signal (retention = "7 days") {
        const ALL: &[&str] = &["a\tb", r"raw\", r#"raw "hash" "#, "two
lines", "\u{1F600}", "ünï"];
        const BYTES: &[u8] = b"bytes\xff"; const RAW: &[u8] = br#"raw "bytes""#; const C: &CStr = c"c"; const RC: &CStr = cr"c\";
        const N: (u8, i64, f32, f64, f64, u128, char, u8) = (1u8, -1_000i64, 1.5e3f32, 2., 1e-7, 0xffff_u128, '\'', b'\n');
        const M: (u8, u8, u8) = (0b1010, 0o17, tuple.0.1);
    }
    // end

    punctuation: service (provides = dyn Payments<'static, T = Vec<Vec<u8>>>) {
        impl<'a, T: ?Sized + for<'b> Fn(&'b T) -> &'b T, const N: usize> Trait<{ N + 1 }> for Pool<'a, T>
        where
            T: Clone,
        {
            type Item = <T as IntoIterator>::Item;
            fn all(self: &mut Self, (a, b): (i32, i32)) -> impl Iterator<Item = u8> + use<'a> {
                a <<= b; a >>= 1; a ^= !b & a | b; if a <= b && b >= a || a != b {}
                let x = |y| -> u8 { y..=z; ..; a..b };
                &&x; **x; x as u8; x?; $crate; @ ~
            }
        }
    }
    // end

    raw_identifiers_and_lifetimes: process () {
        fn r#type<'r#a>(r#match: &'r#a str) -> &'_ str { _ = r#match; 'label: { break 'label } }
    }
    // end

    attributes_and_conditions: signal () {
        #[cfg(unix)]
        #[derive(Debug, Clone)]
        #[cfg(all(unix, not(windows)))]
        pub struct Cancelled {
            #![doc = "inner"]
            //! inner
            #[cfg(unix)] #[serde(rename = "who")]
            pub customer: String,
            /** block doc */
            #[doc(hidden)]
            pub reason: String,
        }
    }
    // end

    nested_macros: process () {
        fn f() {
            println!("{x} {}", vec![1, 2; 3]);
            macro_rules! m { ($($x:expr),* $(,)?) => { $( #[doc = "x"] #[inline] fn $x() {} )* }; (#) => { #!; # [x] #! [y] }; }
        }
    }
    // end
}

#[test]
fn line_ends_make_no_difference() {
    // rustc reads CRLF as LF before a slot sees it; the compiler is given the file as it is.
    let text = "fn f() { \"two\nlines\"; r\"and\nmore\" }";
    let of = |text: &str| hash("process", &[], &item_leaves(text.parse().expect("Rust")));
    assert_eq!(of(text), of(&text.replace('\n', "\r\n")));
}
