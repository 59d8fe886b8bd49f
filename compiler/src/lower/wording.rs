//! Words from the user's code: what a state, a temporary or a graph's node is called.

use syn::Expr;

use super::binding::{MARK, is_stand_in};

/// The name for the value of an expression: `billing.charge(..).await?` is a `charge`.
pub(crate) fn value_name(expr: &Expr) -> String {
    let name = called(expr).unwrap_or_else(|| "value".to_owned());
    let snake = snake(&name);
    if syn::parse_str::<syn::Ident>(&snake).is_ok() { snake } else { "value".to_owned() }
}

/// The name of a state for what it awaits: `Charge`, `AwaitCancelled`.
pub(crate) fn state_name(awaited: &Expr) -> String {
    match awaited {
        Expr::Call(call) if is_call_of(call, "race") => {
            let signal = call.args.iter().find_map(signal);
            let first = || call.args.first().and_then(called);
            format!("Await{}", pascal(&signal.or_else(first).unwrap_or_default()))
        }
        Expr::Call(call) if is_together(call) => {
            let names: Vec<String> = call.args.iter().filter_map(called).map(|name| pascal(&name)).collect();
            match names.split_last() {
                Some((last, [])) => last.clone(),
                Some((last, others)) => format!("{}And{last}", others.concat()),
                None => "Join".to_owned(),
            }
        }
        Expr::Path(_) | Expr::Field(_) => format!("Await{}", pascal(&called(awaited).unwrap_or_default())),
        Expr::MethodCall(call) if call.method == "start" => {
            format!("Start{}", pascal(&called(&call.receiver).unwrap_or_default()))
        }
        other => match signal(other) {
            Some(signal) => format!("Await{}", pascal(&signal)),
            None => called(other).map_or_else(|| "Await".to_owned(), |name| pascal(&name)),
        },
    }
}

/// The signal of `Cancelled::of(..)`.
pub(crate) fn signal(expr: &Expr) -> Option<String> {
    let Expr::Call(call) = heart(expr) else { return None };
    let Expr::Path(path) = &*call.func else { return None };
    let mut segments = path.path.segments.iter().rev();
    if segments.next()?.ident != "of" {
        return None;
    }
    let name = segments.next()?.ident.to_string();
    name.chars().next().is_some_and(char::is_uppercase).then_some(name)
}

/// Whether a call is one of the compiler's stand-ins.
pub(crate) fn is_call_of(call: &syn::ExprCall, name: &str) -> bool {
    matches!(&*call.func, Expr::Path(path) if is_stand_in(&path.path, name))
}

/// Whether a call is a stand-in for several things that are awaited together.
pub(crate) fn is_together(call: &syn::ExprCall) -> bool {
    ["race", "join", "try_join"].iter().any(|name| is_call_of(call, name))
}

/// What an expression is about, without `&`, `?`, parentheses and `.await`.
pub(crate) fn heart(expr: &Expr) -> &Expr {
    match expr {
        Expr::Await(await_) => heart(&await_.base),
        Expr::Try(try_) => heart(&try_.expr),
        Expr::Paren(paren) => heart(&paren.expr),
        Expr::Group(group) => heart(&group.expr),
        Expr::Reference(reference) => heart(&reference.expr),
        other => other,
    }
}

/// The user's word for it.
fn called(expr: &Expr) -> Option<String> {
    match heart(expr) {
        Expr::MethodCall(call) if is_wrapper(&call.method) => called(&call.receiver),
        Expr::MethodCall(call) => Some(call.method.to_string()),
        Expr::Call(call) if is_together(call) => None,
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => path_name(&path.path),
            other => called(other),
        },
        Expr::Path(path) => path.path.segments.last().map(|segment| unmarked(&segment.ident.to_string())),
        Expr::Field(field) => match &field.member {
            syn::Member::Named(name) => Some(name.to_string()),
            syn::Member::Unnamed(_) => called(&field.base),
        },
        Expr::Struct(struct_) => path_name(&struct_.path),
        Expr::Index(index) => called(&index.expr),
        Expr::Macro(macro_) => path_name(&macro_.mac.path),
        Expr::Unary(unary) => called(&unary.expr),
        Expr::Cast(cast) => called(&cast.expr),
        _ => None,
    }
}

/// Methods that say how, not what.
fn is_wrapper(method: &syn::Ident) -> bool {
    ["retry", "clone", "boxed", "into", "into_future", "unwrap", "expect", "to_owned", "to_string", "as_ref"]
        .iter()
        .any(|wrapper| method == wrapper)
}

/// `charge`, `Order::load` is `load`, `Client::new` is `Client`.
fn path_name(path: &syn::Path) -> Option<String> {
    let last = path.segments.last()?;
    let before = path.segments.iter().rev().nth(1);
    match before {
        Some(before) if last.ident == "new" || last.ident == "default" || last.ident == "from" => {
            Some(before.ident.to_string())
        }
        _ => Some(unmarked(&last.ident.to_string())),
    }
}

/// A name without its identity.
pub(crate) fn unmarked(name: &str) -> String {
    name.split(MARK).next().unwrap_or(name).trim_start_matches("r#").to_owned()
}

/// `sleep_until` is `SleepUntil`.
pub(crate) fn pascal(name: &str) -> String {
    unmarked(name)
        .split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        })
        .collect()
}

/// `SleepUntil` is `sleep_until`.
pub(crate) fn snake(name: &str) -> String {
    let mut out = String::new();
    for letter in unmarked(name).chars() {
        if letter.is_uppercase() && !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}
