//! What is awaited, by its name: timers, signals, races, retries, and everything else.

use std::collections::BTreeMap;
use std::sync::Arc;

use proc_macro2::Span;
use quote::ToTokens;
use syn::Expr;
use syn::spanned::Spanned;

use super::binding::{BindingKind, Bindings, identity};
use super::machine::{Awaited, AwaitedKind, Subscription};
use super::region::{Head, Region};
use super::wording::{self, heart, is_together};
use crate::collect::{CalledPart, ProcessItem};
use crate::{Place, SourceFile};

/// Whether an awaited expression is a wait by its name, so that its state is saved together with what it registers.
pub(crate) fn is_wait(base: &Expr, process: &ProcessItem) -> bool {
    match base {
        Expr::Call(call) if is_together(call) => true,
        other => matches!(kind(other, process), AwaitedKind::Timer | AwaitedKind::Signal),
    }
}

/// All that an await waits for.
pub(crate) fn all(base: &Expr, process: &ProcessItem) -> Vec<Awaited> {
    parts(base)
        .into_iter()
        .map(|expr| {
            let kind = kind(expr, process);
            let text = match kind {
                AwaitedKind::Signal => wording::signal(expr).unwrap_or_default(),
                _ => source(expr.span(), expr, &process.file),
            };
            let part = called_part(expr, &process.parts);
            Awaited { kind, text, part, place: Place::new(&process.file, expr.span()) }
        })
        .collect()
}

fn parts(base: &Expr) -> Vec<&Expr> {
    match base {
        Expr::Call(call) if is_together(call) => call.args.iter().collect(),
        other => vec![other],
    }
}

fn kind(expr: &Expr, process: &ProcessItem) -> AwaitedKind {
    match heart(expr) {
        Expr::Call(_) if signal_path(expr, process).is_some() => AwaitedKind::Signal,
        Expr::Call(call) if is_timer(&call.func) => AwaitedKind::Timer,
        Expr::Call(call) if is_part(&call.func, &process.parts) => AwaitedKind::Part,
        Expr::MethodCall(call) if call.method == "retry" => AwaitedKind::Retry,
        _ => AwaitedKind::Call,
    }
}

/// The name of the part that an expression calls.
fn called_part(expr: &Expr, parts: &BTreeMap<String, CalledPart>) -> Option<String> {
    let Expr::Call(call) = heart(expr) else { return None };
    let Expr::Path(path) = &*call.func else { return None };
    let segments = path.path.segments.iter().map(|segment| segment.ident.to_string());
    Some(parts.get(&segments.collect::<Vec<_>>().join("::"))?.name.name.clone())
}

/// A fn that is a part.
pub(crate) fn is_part(func: &Expr, parts: &BTreeMap<String, CalledPart>) -> bool {
    let Expr::Path(path) = func else { return false };
    let segments = path.path.segments.iter().map(|segment| segment.ident.to_string());
    parts.contains_key(&segments.collect::<Vec<_>>().join("::"))
}

/// `sleep` and `sleep_until`, where they are the runtime's.
pub(crate) fn is_timer(func: &Expr) -> bool {
    let Expr::Path(path) = func else { return false };
    let names: Vec<String> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    matches!(
        names.iter().map(String::as_str).collect::<Vec<_>>().as_slice(),
        ["sleep" | "sleep_until"] | ["justscale", "sleep" | "sleep_until"]
    )
}

/// The signal's type in `Cancelled::of(..)`.
pub(crate) fn signal_path(expr: &Expr, process: &ProcessItem) -> Option<syn::Path> {
    let Expr::Call(call) = heart(expr) else { return None };
    let Expr::Path(path) = &*call.func else { return None };
    let mut path = path.path.clone();
    if path.segments.pop()?.ident != "of" {
        return None;
    }
    path.segments.pop_punct();
    let text = path.to_token_stream().to_string().replace(' ', "");
    process.signals.contains(&text).then_some(path)
}

/// Signals whose identity is made of the process's own key.
pub(crate) fn subscriptions(
    process: &ProcessItem,
    regions: &[Region],
    bindings: &Bindings,
) -> Vec<Subscription> {
    let mut found: Vec<Subscription> = Vec::new();
    for region in regions {
        let Head::Await(base, _) = &region.head else { continue };
        for part in parts(base) {
            let subscription = subscription(part, process, bindings);
            let text = |subscription: &Subscription| {
                let Subscription { signal, keys } = subscription;
                quote::quote!(#signal #(#keys)*).to_string()
            };
            found.extend(subscription.filter(|new| found.iter().all(|known| text(known) != text(new))));
        }
    }
    found
}

fn subscription(expr: &Expr, process: &ProcessItem, bindings: &Bindings) -> Option<Subscription> {
    let signal = signal_path(expr, process)?;
    let Expr::Call(call) = heart(expr) else { return None };
    let keys = call.args.iter().map(|arg| key(arg, process, bindings)).collect::<Option<Vec<_>>>()?;
    Some(Subscription { signal, keys })
}

/// A key parameter, as it is, borrowed or cloned.
fn key(arg: &Expr, process: &ProcessItem, bindings: &Bindings) -> Option<syn::Ident> {
    match heart(arg) {
        Expr::MethodCall(call)
            if call.args.is_empty() && (call.method == "clone" || call.method == "as_str") =>
        {
            key(&call.receiver, process, bindings)
        }
        Expr::Path(path) => {
            let binding = bindings.get(identity(path.path.get_ident()?)?)?;
            let is_key = process.keys.iter().any(|key| binding.ident == key);
            (is_key && binding.kind == BindingKind::Input && !binding.mutable).then(|| binding.ident.clone())
        }
        _ => None,
    }
}

/// The name of the state that awaits this.
pub(crate) fn state_name(base: &Expr, process: &ProcessItem) -> String {
    let name = wording::state_name(base);
    match base {
        Expr::Call(call) if is_part(&call.func, &process.parts) => format!("Await{name}"),
        _ => name,
    }
}

/// What is awaited, as the user wrote it, on one line.
pub(crate) fn label(base: &Expr, file: &Arc<SourceFile>) -> String {
    match base {
        Expr::Call(call) if is_together(call) => {
            let name = file.text.get(call.func.span().byte_range()).unwrap_or_default();
            let short = |expr: &Expr| match wording::signal(expr) {
                Some(signal) => signal,
                None => source(expr.span(), expr, file),
            };
            format!("{name}!({})", call.args.iter().map(short).collect::<Vec<_>>().join(", "))
        }
        other => source(other.span(), other, file),
    }
}

/// The span of an awaited expression.
pub(crate) fn span(base: &Expr, await_span: Span) -> Span {
    match base {
        Expr::Call(call) if is_together(call) => await_span,
        other => other.span(),
    }
}

/// A stretch of the source, on one line.
fn source(span: Span, tokens: &impl ToTokens, file: &Arc<SourceFile>) -> String {
    let text = file.text.get(span.byte_range()).filter(|text| !text.is_empty() && !text.contains("//"));
    let text = text.map_or_else(|| wording::unmarked(&tokens.to_token_stream().to_string()), str::to_owned);
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.replace(" .", ".").replace("( ", "(").replace(", )", ")").replace(" )", ")")
}
