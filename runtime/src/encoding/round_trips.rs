//! What serde can derive comes back as it was.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Debug;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use super::*;

/// Encodes and decodes, and gives the text. Equality is that of the texts as well, so that NaN counts.
fn trip<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) -> String {
    let text = to_text_checked(value).unwrap();
    let again: T = from_text(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(&again, value, "{text}");
    assert_eq!(to_text(&again).unwrap(), text);
    text
}

#[derive(Debug, Clone, PartialEq, PartialOrd, Eq, Ord, Hash, Serialize, Deserialize)]
enum External {
    Unit,
    Newtype(i32),
    Nothing(()),
    Optional(Option<Option<u8>>),
    Tuple(u8, String),
    Struct {
        a: bool,
        b: Option<u8>,
    },
    #[serde(rename = "$odd")]
    Odd(String),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
enum Internal {
    Unit,
    Struct { value: f64, keys: BTreeMap<u32, f32>, deep: Option<Option<u8>> },
    Newtype(Point),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    Unit,
    Newtype(u128),
    Tuple(f32, i128),
    Struct { inner: Option<()> },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Nothing,
    Flag(bool),
    Whole(i64),
    Float(f64),
    Text(String),
    Keys(BTreeMap<i8, Bytes>),
    Pair(u8, External),
    Struct { only: Option<Option<i32>> },
}

#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
struct Point {
    x: f32,
    y: f64,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct Key {
    shop: String,
    number: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct Name(String);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Flat {
    id: u8,
    #[serde(flatten)]
    point: Point,
    #[serde(flatten)]
    kind: External,
    #[serde(flatten)]
    rest: BTreeMap<String, Untagged>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct FlatNumbers {
    name: String,
    #[serde(flatten)]
    by_number: BTreeMap<u32, Bytes>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Unit;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Bytes(Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Bytes;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }
        }
        deserializer.deserialize_bytes(Visitor)
    }
}

fn key() -> impl Strategy<Value = Key> {
    (text(), any::<u64>()).prop_map(|(shop, number)| Key { shop, number })
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["\\PC{0,6}", "[\\x00-\\x7f]{0,4}", "\\$(some|map|x){0,2}", Just("null".to_owned())]
}

fn bytes() -> impl Strategy<Value = Bytes> {
    prop::collection::vec(any::<u8>(), 0..9).prop_map(Bytes)
}

fn float() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>().prop_filter("NaN is no equal", |x| !x.is_nan()),
        Just(f64::INFINITY),
        Just(-0.0),
        Just(3.0),
        Just(5e-324)
    ]
}

fn single() -> impl Strategy<Value = f32> {
    prop_oneof![
        any::<f32>().prop_filter("NaN is no equal", |x| !x.is_nan()),
        Just(f32::NEG_INFINITY),
        Just(0.1f32),
        Just(16_777_216.0)
    ]
}

fn point() -> impl Strategy<Value = Point> {
    (single(), float()).prop_map(|(x, y)| Point { x, y })
}

fn external() -> impl Strategy<Value = External> {
    prop_oneof![
        Just(External::Unit),
        any::<i32>().prop_map(External::Newtype),
        Just(External::Nothing(())),
        any::<Option<Option<u8>>>().prop_map(External::Optional),
        (any::<u8>(), text()).prop_map(|(a, b)| External::Tuple(a, b)),
        any::<(bool, Option<u8>)>().prop_map(|(a, b)| External::Struct { a, b }),
        text().prop_map(External::Odd),
    ]
}

fn internal() -> impl Strategy<Value = Internal> {
    prop_oneof![
        Just(Internal::Unit),
        (float(), prop::collection::btree_map(any::<u32>(), single(), 0..3), any::<Option<Option<u8>>>())
            .prop_map(|(value, keys, deep)| Internal::Struct { value, keys, deep }),
        point().prop_map(Internal::Newtype),
    ]
}

fn adjacent() -> impl Strategy<Value = Adjacent> {
    prop_oneof![
        Just(Adjacent::Unit),
        any::<u128>().prop_map(Adjacent::Newtype),
        (single(), any::<i128>()).prop_map(|(a, b)| Adjacent::Tuple(a, b)),
        any::<Option<()>>().prop_map(|inner| Adjacent::Struct { inner }),
    ]
}

fn untagged() -> impl Strategy<Value = Untagged> {
    prop_oneof![
        Just(Untagged::Nothing),
        any::<bool>().prop_map(Untagged::Flag),
        any::<i64>().prop_map(Untagged::Whole),
        float().prop_map(Untagged::Float),
        text().prop_map(Untagged::Text),
        prop::collection::btree_map(any::<i8>(), bytes(), 1..3).prop_map(Untagged::Keys),
        (any::<u8>(), external()).prop_map(|(a, b)| Untagged::Pair(a, b)),
        any::<Option<Option<i32>>>().prop_map(|only| Untagged::Struct { only }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn scalars(value: (bool, i8, u64, i64, char, (), Option<()>, Option<Option<Option<bool>>>), wide: (u128, i128), s in text()) {
        trip(&value);
        trip(&wide);
        trip(&s);
    }

    #[test]
    fn floats(single in single(), double in float(), bits: u32) {
        trip(&single);
        trip(&double);
        let any = f32::from_bits(bits);
        let again: f32 = from_text(&to_text(&any).unwrap()).unwrap();
        prop_assert!(again == any || (again.is_nan() && any.is_nan()));
        // The same through serde's buffer.
        #[derive(Debug, PartialEq, Serialize, Deserialize)]
        #[serde(untagged)]
        enum Buffered { Single { only: f32 } }
        trip(&Buffered::Single { only: single });
    }

    #[test]
    fn enums(values in prop::collection::vec((external(), internal(), adjacent(), untagged()), 0..3)) {
        trip(&values);
    }

    #[test]
    fn flattened(id: u8, point in point(), kind in external(), rest in prop::collection::btree_map("\\$?[a-w]{3}", untagged(), 0..3)) {
        trip(&Flat { id, point, kind, rest });
    }

    #[test]
    fn flattened_numbers(name in text(), by_number in prop::collection::btree_map(any::<u32>(), bytes(), 0..3)) {
        trip(&FlatNumbers { name, by_number });
    }

    #[test]
    fn maps(
        by_key in prop::collection::btree_map(key(), any::<Option<Option<u8>>>(), 0..3),
        by_text in prop::collection::hash_map(text(), bytes(), 0..1),
        by_enum in prop::collection::btree_map(external(), any::<u8>(), 0..4),
        by_choice in prop::collection::btree_map(prop::option::of(text()), any::<u8>(), 0..4),
        by_name in prop::collection::btree_map(text().prop_map(Name), any::<char>(), 0..4),
        by_tuple in prop::collection::btree_map(any::<(u8, i8)>(), any::<bool>(), 0..3),
        nested in prop::collection::btree_map(any::<bool>(), prop::collection::btree_map(any::<char>(), any::<()>(), 0..2), 0..3),
        sets: (BTreeSet<u8>, Vec<u8>),
    ) {
        trip(&(by_key, by_text, by_enum, by_choice));
        trip(&(by_name, by_tuple, nested, sets));
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "[\\[\\]{}:,\"$a-z0-9.\\\\-]{0,24}") {
        if let Ok(tree) = Tree::parse(&text) {
            let again = Tree::parse(&to_text(&tree).unwrap()).unwrap();
            prop_assert_eq!(again, tree);
        }
    }
}

#[test]
fn the_texts_are_plain_where_they_can_be() {
    fn trip<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) -> String {
        let text = super::round_trips::trip(value);
        serde_json::from_str::<serde_json::Value>(&text).unwrap();
        text
    }
    let mut by_number = BTreeMap::new();
    by_number.insert(7u32, Bytes(vec![1, 2, 255]));
    insta::assert_snapshot!(trip(&FlatNumbers { name: "ada".into(), by_number }), @r#"{"$map":[["name","ada"],[7,{"$bytes":"AQL/"}]]}"#);
    insta::assert_snapshot!(trip(&Adjacent::Tuple(0.1, i128::MIN)), @r#"{"t":"Tuple","c":[0.1,{"$int":"-170141183460469231731687303715884105728"}]}"#);
    insta::assert_snapshot!(trip(&(f64::INFINITY, 1.0f64, 1e300, -0.0f32, u64::MAX, u128::MAX)), @r#"[{"$float":"inf"},1.0,1e300,-0.0,18446744073709551615,{"$int":"340282366920938463463374607431768211455"}]"#);
    insta::assert_snapshot!(trip(&(Some(Some(())), Some(None::<()>), None::<Option<()>>, Some(3), Unit)), @r#"[{"$some":{"$some":null}},{"$some":null},null,3,null]"#);
    insta::assert_snapshot!(trip(&HashMap::from([("$x".to_owned(), External::Odd("\u{1}\n\"é\u{7f}".into()))])), @r#"{"$$x":{"$$odd":"\u0001\n\"é\u007f"}}"#);
}

#[test]
fn nan_comes_back_as_nan() {
    let text = to_text(&(f64::NAN, -f32::NAN)).unwrap();
    let (a, b): (f64, f32) = from_text(&text).unwrap();
    assert!(a.is_nan() && b.is_nan(), "{text}");
}

#[test]
fn std_and_jiff_types_come_back() {
    trip(&std::time::Duration::new(3, 999_999_999));
    trip(&"127.0.0.1".parse::<std::net::IpAddr>().unwrap());
    trip(&jiff::Timestamp::MAX);
    trip(&"2026-03-01".parse::<jiff::civil::Date>().unwrap());
    trip(&jiff::SignedDuration::new(-3, -7));
    trip(&serde_json::json!({ "$map": [1, -1, 1.0, "x", null], "a": { "$$": {} } }));
    trip(&Ok::<Box<[u8]>, (Unit, String)>(Box::new([1, 2])));
    trip(&std::ops::Bound::Excluded(3..4));
}

#[test]
fn what_serde_would_lose_is_refused_when_it_is_written() {
    #[derive(Debug, Serialize, Deserialize)]
    struct Outer {
        #[serde(flatten)]
        inner: Inner,
    }
    #[derive(Debug, Serialize, Deserialize)]
    struct Inner {
        wide: u128,
    }
    let value = Outer { inner: Inner { wide: 3 } };
    insta::assert_snapshot!(to_text_checked(&value).unwrap_err(), @"serde can't read this value back (u128 is not supported): a 128-bit integer can't stand inside an untagged or internally tagged enum or a flattened struct; keep it as a string there, or tag the enum");
    let mut fields = FieldWriter::new();
    fields.field("a", &1u128).unwrap();
    fields.field("b", &value).unwrap_err();
    fields.field("c", &"x".to_owned()).unwrap();
    assert_eq!(fields.finish(), r#"{"a":1,"c":"x"}"#);
}

#[test]
fn a_value_that_is_too_deep_is_refused_and_one_at_the_bound_comes_back() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Node {
        next: Option<Box<Node>>,
    }
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Wrap(Option<Box<Wrap>>);

    let chain = |n| (1..n).fold(Node { next: None }, |next, _| Node { next: Some(Box::new(next)) });
    trip(&chain(MAX_DEPTH));
    assert_eq!(to_text(&chain(MAX_DEPTH + 1)), Err(EncodeError::TooDeep));
    let wrap = |n| (1..n).fold(Wrap(None), |inner, _| Wrap(Some(Box::new(inner))));
    trip(&wrap(MAX_DEPTH));
    assert_eq!(to_text(&wrap(MAX_DEPTH + 2)), Err(EncodeError::TooDeep));
    assert!(Tree::parse(&"[".repeat(1_000_000)).is_err());
}

#[test]
fn faults_name_their_place() {
    let wrong = |text: &str| from_text::<BTreeMap<String, Vec<Key>>>(text).unwrap_err().to_string();
    insta::assert_snapshot!(wrong(r#"{"a":[{"shop":"x","number":1},{"shop":"y","number":"2"}]}"#), @r#"at `a[1].number`: invalid type: string "2", expected u64"#);
    insta::assert_snapshot!(wrong(r#"{"a":[{"shop":"x"}]}"#), @"at `a[0]`: missing field `number`");
    insta::assert_snapshot!(wrong(r#"{"a":[}"#), @"no readable JSON at byte 6: no value begins like this");
    insta::assert_snapshot!(wrong(r#"{"$a":[]}"#), @"no readable JSON at byte 1: `$a` is no word of this encoding; a key of your own that begins with `$` is written `$$a`");
    insta::assert_snapshot!(from_text::<External>(r#"{"Tuple":[1,"a",3]}"#).unwrap_err(), @"at `Tuple`: invalid length 3, expected 2");
    insta::assert_snapshot!(from_text::<External>("\"Gone\"").unwrap_err(), @"unknown variant `Gone`, expected one of `Unit`, `Newtype`, `Nothing`, `Optional`, `Tuple`, `Struct`, `$odd`");
    insta::assert_snapshot!(from_text::<u8>("1 2").unwrap_err(), @"no readable JSON at byte 2: something follows the value");
    insta::assert_snapshot!(from_text::<String>(r#""\ud800x""#).unwrap_err(), @"no readable JSON at byte 1: half of a surrogate pair is missing");
    insta::assert_snapshot!(from_text::<f64>("1e999").unwrap_err(), @"no readable JSON at byte 0: the number is too large");
}

#[test]
fn json_from_people_is_read_too() {
    assert_eq!(from_text::<Point>(" { \"x\" : 1,\n\"y\":-2e-1 } ").unwrap(), Point { x: 1.0, y: -0.2 });
    assert_eq!(from_text::<String>(r#""\u00e9\ud83d\ude00\/""#).unwrap(), "é😀/");
    assert_eq!(from_text::<u128>("340282366920938463463374607431768211455").unwrap(), u128::MAX);
}

#[test]
fn fields_are_read_once_in_any_order() {
    let mut reader = FieldReader::parse(r#"{"a":1,"b":[2],"c":null}"#).unwrap();
    assert_eq!(reader.take::<Vec<u8>>("b"), Ok(vec![2]));
    assert_eq!(reader.take::<u8>("a"), Ok(1));
    assert_eq!(reader.take::<u8>("a").unwrap_err().to_string(), "`a` is missing");
    assert_eq!(reader.unread().collect::<Vec<_>>(), ["c"]);
    assert_eq!(
        reader.take::<bool>("c").unwrap_err().to_string(),
        "at `c`: invalid type: unit value, expected a boolean"
    );
    assert!(FieldReader::parse("[]").is_err());
}
