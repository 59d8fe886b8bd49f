//! Lines: what is put on one, and where the next begins.

use std::ops::Range;

use proc_macro2::Delimiter;

use super::super::spans::Table;
use super::elements::{Inside, elements, inside, is_block, is_statement};
use super::gaps::{Gap, gaps};
use super::token::{Kind, Token};
use super::{INDENT, WIDTH};

/// How long a part may be that shares a line with others, where they need more than one.
const SHORT: usize = 40;

/// The text as far as it is written.
pub(super) struct Lines<'t, 'a> {
    source: &'t str,
    tokens: &'t [Token<'a>],
    gaps: Vec<Gap>,
    /// How wide all tokens before this one are on one line.
    widths: Vec<usize>,
    /// How many of them can't share a line with what is around them.
    breaks: Vec<usize>,
    out: String,
    table: Table,
    /// Where the line that is written begins in `out`.
    start: usize,
    /// Its indentation.
    indent: usize,
    /// How far to the right the user's lines stand, compared with the source.
    shift: isize,
    /// Whether nothing stands on the line yet.
    fresh: bool,
}

impl<'t, 'a> Lines<'t, 'a> {
    pub(super) fn new(source: &'t str, tokens: &'t [Token<'a>], header: String) -> Self {
        let gaps = gaps(source, tokens);
        let start = header.len();
        let mut lines = Self {
            source,
            tokens,
            gaps,
            widths: Vec::new(),
            breaks: Vec::new(),
            out: header,
            table: Table::default(),
            start,
            indent: 0,
            shift: 0,
            fresh: true,
        };
        lines.measure();
        lines
    }

    pub(super) fn finish(self) -> (String, Table) {
        (self.out, self.table)
    }

    /// Finds out how wide everything is, and what can't stand on one line.
    fn measure(&mut self) {
        let (mut width, mut breaks) = (0, 0);
        let forced = self.forced();
        for ((token, gap), forced) in self.tokens.iter().zip(&self.gaps).zip(forced) {
            self.widths.push(width);
            self.breaks.push(breaks);
            width += token.text.len()
                + match gap {
                    Gap::None | Gap::OwnLines(_) => 0,
                    Gap::Space => 1,
                    Gap::Own(range) => range.len(),
                };
            let breaks_here =
                matches!(token.kind, Kind::Comment | Kind::Behind) || forced || token.text.contains('\n');
            breaks += usize::from(breaks_here) + usize::from(matches!(gap, Gap::OwnLines(_)));
        }
        self.widths.push(width);
        self.breaks.push(breaks);
    }

    /// The groups of the frame that hold more than one statement.
    fn forced(&self) -> Vec<bool> {
        let forced = self.tokens.iter().enumerate().map(|(at, token)| {
            if !token.is_open(Delimiter::Brace) || token.own.is_some() || token.close <= at + 2 {
                return false;
            }
            let parts = elements(self.tokens, at + 1..token.close);
            let statements = parts.iter().filter(|part| is_statement(self.tokens, (*part).clone()));
            parts.len() > 1 && statements.count() > 0
        });
        forced.collect()
    }

    fn gap(&self, at: usize) -> &Gap {
        self.gaps.get(at).unwrap_or(&Gap::None)
    }

    fn width(&self, stretch: &Range<usize>) -> usize {
        let at = |position: usize| self.widths.get(position).copied().unwrap_or_default();
        at(stretch.end).saturating_sub(at(stretch.start))
    }

    /// Whether a stretch can stand on what is left of the line. The gap before its first token does not count.
    fn fits(&self, stretch: &Range<usize>) -> bool {
        let at = |position: usize| self.breaks.get(position).copied().unwrap_or_default();
        let own = usize::from(matches!(self.gap(stretch.start), Gap::OwnLines(_)));
        at(stretch.end) <= at(stretch.start) + own && self.column() + self.width(stretch) <= WIDTH
    }

    fn column(&self) -> usize {
        if self.fresh { self.indent } else { self.out.len() - self.start }
    }

    /// All tokens, as the items of a file.
    pub(super) fn file(&mut self) {
        self.sequence(0..self.tokens.len(), 0, Inside::Items, false);
    }

    /// The parts of a group, each on a line of its own.
    fn sequence(&mut self, stretch: Range<usize>, indent: usize, inside: Inside, own: bool) {
        // Where the user has put the parts on lines, those that share one go on doing so.
        let has_lines = own && (self.has_lines(stretch.start) || self.has_lines(stretch.end));
        let mut before: Option<Range<usize>> = None;
        for part in elements(self.tokens, stretch) {
            let has_line =
                self.has_lines(part.start) || (has_lines && matches!(self.gap(part.start), Gap::Own(_)));
            if !has_line {
                if let Some(before) = before.filter(|_| inside == Inside::Items)
                    && (is_block(self.tokens, before) || is_block(self.tokens, part.clone()))
                {
                    self.out.push('\n');
                }
                self.newline(indent);
            }
            self.run(part.clone());
            before = Some(part);
        }
    }

    fn has_lines(&self, at: usize) -> bool {
        matches!(self.gap(at), Gap::OwnLines(_))
    }

    fn newline(&mut self, indent: usize) {
        if !self.fresh {
            self.out.truncate(self.out.trim_end_matches(' ').len());
            self.out.push('\n');
        }
        (self.indent, self.fresh) = (indent, true);
        self.start = self.out.len();
    }

    /// One part: on this line if it has room there, else with its groups opened.
    fn run(&mut self, part: Range<usize>) {
        let indent = self.indent;
        let mut is_wrapped = false;
        let mut at = part.start;
        while at < part.end {
            let Some(token) = self.tokens.get(at) else { break };
            let rest = at..part.end;
            if self.fits(&rest) && !self.needs_lines(at) {
                rest.for_each(|at| self.token(at));
                return;
            }
            match token.kind {
                Kind::Open(_) => {
                    let is_attribute = self.is_in_attribute(at);
                    // A body belongs to the whole, not to the last line of a head that is long.
                    let indent = if is_wrapped { indent } else { self.indent };
                    self.group(at, &part, indent);
                    at = token.close + 1;
                    if is_attribute && at < part.end && self.is_frame_gap(at) {
                        self.newline(indent);
                    }
                    continue;
                }
                Kind::Comment => {
                    self.token(at);
                    if at + 1 < part.end && !self.has_lines(at + 1) {
                        self.newline(indent);
                    }
                }
                Kind::Punct('.') if self.is_chained(at) => {
                    let link = at..self.end_of_link(at, part.end);
                    if !self.fits(&link) {
                        self.newline(indent + INDENT);
                    }
                    self.token(at);
                }
                _ => {
                    let wraps = at.checked_sub(1).is_some_and(|comma| self.is_between_generics(comma))
                        && !self.fits(&(at..self.end_of_generic(at, part.end)));
                    if wraps {
                        is_wrapped = true;
                        self.newline(indent + INDENT);
                    }
                    self.token(at);
                }
            }
            at += 1;
        }
    }

    /// Whether an attribute begins here, on a line of its own as items and statements have them.
    fn is_attribute(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is_punct('#') && token.own.is_none())
            && self.tokens.get(at + 1).is_some_and(|token| token.is_open(Delimiter::Bracket))
    }

    fn is_in_attribute(&self, open: usize) -> bool {
        open.checked_sub(1).is_some_and(|pound| self.is_attribute(pound))
    }

    /// Whether what follows stands on lines of its own even where it is short: an attribute, and the `else` of an `if` that does so.
    fn needs_lines(&self, at: usize) -> bool {
        let is_else = |at: usize| self.tokens.get(at).is_some_and(|token| token.is_word("else"));
        let after_block =
            || self.out.get(self.start..).is_some_and(|line| line.trim_start().starts_with('}'));
        self.is_attribute(at)
            || self.is_in_attribute(at)
            || ((is_else(at) || at.checked_sub(1).is_some_and(is_else)) && after_block())
    }

    fn is_frame_gap(&self, at: usize) -> bool {
        matches!(self.gap(at), Gap::None | Gap::Space)
    }

    /// Whether a call follows on a call, by a frame's dot.
    fn is_chained(&self, at: usize) -> bool {
        let is_call = at.checked_sub(1).and_then(|before| self.tokens.get(before));
        is_call.is_some_and(|before| before.kind == Kind::Close(Delimiter::Parenthesis))
            && self.is_frame_gap(at)
            && self.tokens.get(at + 1).is_some_and(|name| name.kind == Kind::Word && !name.is_word("await"))
    }

    /// Whether a comma of the frame stands in `<…>`.
    fn is_between_generics(&self, comma: usize) -> bool {
        self.tokens.get(comma).is_some_and(|token| token.is_punct(',') && token.nested)
            && self.is_frame_gap(comma + 1)
    }

    /// The end of a part of `<…>`.
    fn end_of_generic(&self, start: usize, end: usize) -> usize {
        (start..end)
            .find(|at| self.tokens.get(*at).is_some_and(|token| token.is_punct(',') || token.depth < 0))
            .unwrap_or(end)
    }

    /// The end of the call that a dot begins.
    fn end_of_link(&self, dot: usize, end: usize) -> usize {
        let mut at = dot + 1;
        while at < end {
            match self.tokens.get(at) {
                Some(token) if token.is_open(Delimiter::Parenthesis) => return token.close + 1,
                Some(_) => at += 1,
                None => break,
            }
        }
        end
    }

    /// A group that does not fit, or does: with its content below, or on the line as far as it goes.
    fn group(&mut self, open: usize, part: &Range<usize>, indent: usize) {
        let Some(token) = self.tokens.get(open) else { return };
        let whole = open..token.close + 1;
        if self.fits(&whole) && (!self.needs_lines(open) || self.is_in_attribute(open)) {
            return whole.for_each(|at| self.token(at));
        }
        let content = open + 1..token.close;
        let is_own = token.own.is_some();
        self.token(open);
        match token.kind {
            Kind::Open(Delimiter::Brace) => {
                self.sequence(content, indent + INDENT, inside(self.tokens, part.clone()), is_own);
                if !self.has_lines(token.close) {
                    self.newline(indent);
                }
            }
            _ if is_own => self.run(content),
            _ => {
                let parts = elements(self.tokens, content.clone());
                if self.hugs(&parts) { self.run(content) } else { self.filled(parts, token.close, indent) }
            }
        }
        self.token(token.close);
    }

    /// Whether the last of some arguments is what is long, and goes on below the line that it begins on.
    fn hugs(&self, parts: &[Range<usize>]) -> bool {
        let Some((last, others)) = parts.split_last().filter(|_| parts.len() > 1) else { return true };
        let brace = (last.clone())
            .find(|at| self.tokens.get(*at).is_some_and(|token| token.is_open(Delimiter::Brace)));
        let head = others.first().map_or(last.start, |first| first.start)..brace.unwrap_or(last.end);
        let has_lines = last.clone().any(|at| self.has_lines(at));
        (brace.is_some() || has_lines) && self.fits(&head)
    }

    /// Parts below each other; short ones share lines.
    fn filled(&mut self, parts: Vec<Range<usize>>, close: usize, indent: usize) {
        self.newline(indent + INDENT);
        let others = parts.iter().rev().skip(1);
        let shares_lines = others.into_iter().all(|part| self.width(part) <= SHORT);
        for part in parts {
            let has_room = self.fresh || (shares_lines && self.fits(&part));
            if !has_room {
                self.newline(indent + INDENT);
            }
            self.run(part);
        }
        if !self.has_lines(close) {
            self.newline(indent);
        }
    }

    /// Writes the gap and the token.
    fn token(&mut self, at: usize) {
        let Some(token) = self.tokens.get(at) else { return };
        match self.gap(at).clone() {
            Gap::OwnLines(range) => self.own_lines(range),
            Gap::Own(range) if !self.fresh => {
                let text = self.source.get(range).unwrap_or_default();
                self.out.push_str(text);
            }
            Gap::Space if !self.fresh => self.out.push(' '),
            _ => {}
        }
        if self.fresh {
            self.out.extend(std::iter::repeat_n(' ', self.indent));
            self.fresh = false;
        }
        if let Some(own) = token.own.as_ref().filter(|_| self.is_frame_gap(at)) {
            let goes_on = self.out.get(self.start..).is_some_and(|line| line.trim_start().starts_with('.'));
            self.shift = self.indent.cast_signed() - self.indent_of(own.start, goes_on).cast_signed();
        }
        self.text(token);
        if token.counts {
            self.table.leaf(&token.text, token.origin);
        }
    }

    /// The text of a token. One of several lines keeps them as they are, but for a comment, which is moved with the code.
    fn text(&mut self, token: &Token<'_>) {
        let mut lines = token.text.split_inclusive('\n');
        self.out.push_str(lines.next().unwrap_or_default());
        for line in lines {
            self.start = self.out.len();
            self.out.push_str(line);
        }
    }

    /// How far the line of a byte of the source is indented. A line that goes on with a chain of calls belongs to the one that begins it,
    /// unless what is written now goes on so too.
    fn indent_of(&self, byte: usize, goes_on: bool) -> usize {
        let before = self.source.get(..byte).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let line = self.source.get(start..).unwrap_or_default();
        let written = line.trim_start_matches([' ', '\t']);
        match start.checked_sub(1) {
            Some(above) if written.starts_with('.') && !goes_on => self.indent_of(above, false),
            _ => line.len() - written.len(),
        }
    }

    /// What the user left between two tokens on two lines: comments, and at most one empty line.
    fn own_lines(&mut self, gap: Range<usize>) {
        let text = self.source.get(gap).unwrap_or_default();
        let mut lines = text.split('\n').map(|line| line.trim_end_matches('\r'));
        let first = lines.next().unwrap_or_default().trim_end();
        if !first.is_empty() && !self.fresh {
            self.out.push_str(first);
        }
        self.fresh = false;
        let mut lines = lines.peekable();
        let mut was_empty = false;
        while let Some(line) = lines.next() {
            let written = line.trim();
            let width = line.len() - line.trim_start().len();
            let is_last = lines.peek().is_none();
            if written.is_empty() && !is_last {
                if !std::mem::replace(&mut was_empty, true) {
                    self.out.push('\n');
                }
                continue;
            }
            was_empty = false;
            let indent = width.cast_signed().saturating_add(self.shift).max(0).cast_unsigned();
            self.newline(indent);
            if !written.is_empty() {
                self.out.extend(std::iter::repeat_n(' ', indent));
                self.out.push_str(if is_last { line.trim_start() } else { written });
                self.fresh = false;
            }
        }
    }
}
