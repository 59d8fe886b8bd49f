//! The texts to mutate: the cases under `fixtures/processes`, with the places in them that can be changed.

use std::ops::Range;
use std::path::Path;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};

/// A case's text.
pub struct Case {
    pub text: String,
    pub parts: Parts,
}

/// The stretches of a text that stand for themselves.
#[derive(Default)]
pub struct Parts {
    pub stmts: Vec<Range<usize>>,
    pub exprs: Vec<Range<usize>>,
    pub pats: Vec<Range<usize>>,
}

/// The cases in a folder, by name.
pub fn cases(folder: &Path) -> Vec<Case> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> =
        entries.filter_map(Result::ok).map(|entry| entry.path().join("src/lib.rs")).collect();
    paths.sort();
    let texts = paths.iter().filter_map(|path| std::fs::read_to_string(path).ok());
    let cases = texts.filter(|text| text.contains("#[process"));
    cases.filter_map(|text| Some(Case { parts: parts(&text)?, text })).collect()
}

/// The stretches of a text, if it is Rust.
pub fn parts(text: &str) -> Option<Parts> {
    let file = syn::parse_file(text).ok()?;
    let mut parts = Parts::default();
    parts.visit_file(&file);
    Some(parts)
}

impl<'ast> Visit<'ast> for Parts {
    fn visit_stmt(&mut self, stmt: &'ast syn::Stmt) {
        self.stmts.push(stmt.span().byte_range());
        visit::visit_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'ast syn::Expr) {
        self.exprs.push(expr.span().byte_range());
        visit::visit_expr(self, expr);
    }

    fn visit_pat(&mut self, pat: &'ast syn::Pat) {
        self.pats.push(pat.span().byte_range());
        visit::visit_pat(self, pat);
    }
}
