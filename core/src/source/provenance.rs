//! Which template node produced which bytes of the output.
//!
//! A [`Recorder`] follows an execution and notes, for every stretch of output, the node that wrote it and the chain
//! of `include`, `template` and `tpl` calls it stood in. Text that an `include` returned is usually indented, trimmed
//! or quoted before it is printed; its lines are found again in what was printed, in order, and keep the places they
//! had in the included template.

use super::{FileId, SourceMap, Span};
use crate::value::Str;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::ops::Range;

/// How a template came to be executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallKind {
    /// As a file of the chart.
    File,
    /// `{{template}}` or `{{block}}`
    Template,
    /// `include`
    Include,
    /// `tpl`
    Tpl,
}

/// One activation of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// How it came about.
    pub kind: CallKind,
    /// The template's name.
    pub name: Str,
    /// Where it was called; `None` for a file.
    pub site: Option<(FileId, Span)>,
    /// The activation it was called from.
    pub parent: Option<CallId>,
}

/// Names a [`Call`] of a [`Provenance`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub u32);

/// What wrote a stretch of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The text the node stands in.
    pub file: FileId,
    /// The node: plain text byte for byte, or an action from `{{` to `}}`.
    pub span: Span,
    /// Whether output and span correspond byte for byte.
    pub verbatim: bool,
    /// The activation that executed it.
    pub call: Option<CallId>,
}

/// A stretch of output with one origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Offset of its first byte in the output.
    pub start: u32,
    /// Offset after its last byte.
    pub end: u32,
    /// What wrote it.
    pub origin: Origin,
}

impl Segment {
    /// The part in `range`, moved by `shift`; `None` when nothing of it lies there.
    fn cut(self, range: &Range<usize>, shift: isize) -> Option<Segment> {
        let start = (self.start as usize).max(range.start);
        let end = (self.end as usize).min(range.end);
        if start >= end {
            return None;
        }
        let mut origin = self.origin;
        if origin.verbatim {
            let from = origin.span.start + (start - self.start as usize) as u32;
            origin.span = Span::new(from, from + (end - start) as u32);
        }
        let moved = |at: usize| at.wrapping_add_signed(shift) as u32;
        Some(Segment { start: moved(start), end: moved(end), origin })
    }
}

/// The origins of one output: sorted, without overlap, and without gaps except where nothing is known.
#[derive(Clone, Debug, Default)]
pub struct Provenance {
    segments: Vec<Segment>,
}

impl Provenance {
    /// All stretches in order.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The stretch that holds the byte at `offset`.
    pub fn at(&self, offset: u32) -> Option<&Segment> {
        let index = self.segments.partition_point(|segment| segment.end <= offset);
        self.segments.get(index).filter(|segment| segment.start <= offset)
    }

    /// The place in a template that corresponds to the output's byte at `offset`.
    pub fn place(&self, offset: u32) -> Option<(FileId, Span)> {
        let Segment { start, origin, .. } = self.at(offset)?;
        if origin.verbatim {
            let from = origin.span.start + (offset - start);
            return Some((origin.file, Span::new(from, from + 1)));
        }
        Some((origin.file, origin.span))
    }

    /// The same origins after these ranges (sorted, disjoint) were cut out of the output.
    pub fn without(&self, removed: &[Range<usize>]) -> Provenance {
        let mut segments = Vec::with_capacity(self.segments.len());
        let (mut kept, mut gone) = (0, 0);
        for range in removed {
            cut_into(&mut segments, &self.segments, &(kept..range.start), -gone);
            gone += range.len() as isize;
            kept = range.end;
        }
        cut_into(&mut segments, &self.segments, &(kept..usize::MAX), -gone);
        Provenance { segments }
    }

    /// The origins of a part of the output, counted from the part's start.
    pub fn slice(&self, range: Range<usize>) -> Provenance {
        let mut segments = Vec::new();
        cut_into(&mut segments, &self.segments, &range, -(range.start as isize));
        Provenance { segments }
    }
}

/// Appends what `segments` have in `range`, moved by `shift`.
fn cut_into(out: &mut Vec<Segment>, segments: &[Segment], range: &Range<usize>, shift: isize) {
    let first = segments.partition_point(|segment| segment.end as usize <= range.start);
    for segment in segments.get(first..).unwrap_or(&[]) {
        if segment.start as usize >= range.end {
            break;
        }
        if let Some(segment) = segment.cut(range, shift) {
            push(out, segment);
        }
    }
}

/// Appends a segment, joined with the last one where both are one stretch.
fn push(segments: &mut Vec<Segment>, segment: Segment) {
    if segment.start >= segment.end {
        return;
    }
    if let Some(last) = segments.last_mut() {
        let (a, b) = (last.origin, segment.origin);
        let same_node = a.file == b.file && a.call == b.call && a.verbatim == b.verbatim;
        let joins = if a.verbatim { a.span.end == b.span.start } else { a.span == b.span };
        if last.end == segment.start && same_node && joins {
            last.end = segment.end;
            last.origin.span.end = b.span.end;
            return;
        }
    }
    segments.push(segment);
}

/// Notes origins while templates execute.
#[derive(Debug, Default)]
pub struct Recorder {
    /// The texts that origins point into.
    pub sources: SourceMap,
    calls: Vec<Call>,
    current: Option<CallId>,
    site: Option<(FileId, Span)>,
    frames: Vec<Frame>,
}

/// One output that is being written: a file's, or the result of an `include` or `tpl`.
#[derive(Debug, Default)]
struct Frame {
    segments: Vec<Segment>,
    /// Outputs that finished inside this one and were not printed yet.
    results: Vec<Returned>,
    caller: Option<CallId>,
}

/// A finished `include` or `tpl`: what it returned, and the origins of that.
#[derive(Debug)]
struct Returned {
    text: Str,
    segments: Vec<Segment>,
}

impl Recorder {
    /// A recorder that has seen nothing.
    pub fn new() -> Recorder {
        Recorder::default()
    }

    /// All activations so far, which [`CallId`]s point into.
    pub fn calls(&self) -> &[Call] {
        &self.calls
    }

    /// Where the function that is about to run is called.
    pub fn set_site(&mut self, file: FileId, span: Span) {
        self.site = Some((file, span));
    }

    /// A template starts that writes into the current output.
    pub fn enter(&mut self, kind: CallKind, name: Str, site: Option<(FileId, Span)>) {
        self.calls.push(Call { kind, name, site, parent: self.current });
        self.current = Some(CallId((self.calls.len() - 1) as u32));
    }

    /// The template started last has ended.
    pub fn leave(&mut self) {
        let call = self.current.and_then(|id| self.calls.get(id.0 as usize));
        self.current = call.and_then(|call| call.parent);
    }

    /// A template starts that writes an output of its own.
    pub fn open(&mut self, kind: CallKind, name: Str) {
        self.frames.push(Frame { caller: self.current, ..Frame::default() });
        let site = if kind == CallKind::File { None } else { self.site };
        self.enter(kind, name, site);
    }

    /// The output opened last is complete: a file's provenance.
    pub fn close_file(&mut self) -> Provenance {
        let frame = self.frames.pop().unwrap_or_default();
        self.current = frame.caller;
        Provenance { segments: frame.segments }
    }

    /// The output opened last was returned by a function as `text`; `removed` says what was cut out of it (R78).
    pub fn close_returned(&mut self, text: &Str, removed: &[Range<usize>]) {
        let Provenance { mut segments } = self.close_file();
        if !removed.is_empty() {
            segments = Provenance { segments }.without(removed).segments;
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.results.push(Returned { text: text.clone(), segments });
        }
    }

    /// The output opened last failed.
    pub fn abandon(&mut self) {
        self.close_file();
    }

    /// Plain text was copied to the output at `start`.
    pub fn text(&mut self, file: FileId, span: Span, start: usize) {
        let origin = Origin { file, span, verbatim: true, call: self.current };
        if let Some(frame) = self.frames.last_mut() {
            push(
                &mut frame.segments,
                Segment { start: start as u32, end: (start + span.len()) as u32, origin },
            );
        }
    }

    /// How many results the current output holds: to be given to [`Recorder::printed`] after the action.
    pub fn mark(&self) -> usize {
        self.frames.last().map_or(0, |frame| frame.results.len())
    }

    /// An action wrote `printed` at `start`. Results that came after `mark` are its own; without any, one that
    /// mentions a variable may print what was included before.
    pub fn printed(
        &mut self,
        file: FileId,
        span: Span,
        start: usize,
        printed: &[u8],
        mark: usize,
        by_variable: bool,
    ) {
        let origin = Origin { file, span, verbatim: false, call: self.current };
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        let own = frame.results.split_off(mark.min(frame.results.len()));
        let aligned = if !own.is_empty() {
            align(printed, &own, true)
        } else if by_variable {
            align(printed, &frame.results, false)
        } else {
            Vec::new()
        };
        let mut at = 0;
        for (range, parts) in aligned {
            let gap = Segment { start: (start + at) as u32, end: (start + range.start) as u32, origin };
            push(&mut frame.segments, gap);
            for part in parts {
                let moved = |offset: u32| offset + start as u32;
                push(&mut frame.segments, Segment { start: moved(part.start), end: moved(part.end), ..part });
            }
            at = range.end;
        }
        let rest = Segment { start: (start + at) as u32, end: (start + printed.len()) as u32, origin };
        push(&mut frame.segments, rest);
    }
}

/// A range of the printed text, and the segments in it.
type Aligned = (Range<usize>, Vec<Segment>);

/// Finds the lines of `results` in `printed`, in order. With `parts`, a line may also be only a part of the other,
/// as after `trunc` or `quote`.
fn align(printed: &[u8], results: &[Returned], parts: bool) -> Vec<Aligned> {
    if let [result] = results
        && result.text.as_bytes() == printed
    {
        return vec![(0..printed.len(), result.segments.clone())];
    }
    let mut candidates: Vec<(usize, Range<usize>)> = Vec::new();
    let mut by_text: HashMap<&[u8], Vec<usize>, BuildHasherDefault<DefaultHasher>> = HashMap::default();
    for (index, result) in results.iter().enumerate() {
        for line in trimmed_lines(&result.text) {
            by_text.entry(result.text.get(line.clone()).unwrap_or(&[])).or_default().push(candidates.len());
            candidates.push((index, line));
        }
    }
    let mut cursor = 0;
    let mut aligned = Vec::new();
    for line in trimmed_lines(printed) {
        let text = printed.get(line.clone()).unwrap_or(&[]);
        let same = by_text.get(text).and_then(|places| {
            let next = places.partition_point(|place| *place < cursor);
            places.get(next).copied()
        });
        let found = match same {
            Some(place) => Some((place, line.clone(), 0)),
            None if parts => candidates.get(cursor).and_then(|(index, range)| {
                let whole = results.get(*index)?.text.get(range.clone())?;
                if let Some(at) = memchr::memmem::find(text, whole) {
                    Some((cursor, line.start + at..line.start + at + whole.len(), 0))
                } else {
                    memchr::memmem::find(whole, text).map(|at| (cursor, line.clone(), at))
                }
            }),
            None => None,
        };
        let Some((place, printed_range, skipped)) = found else {
            continue;
        };
        let Some((index, range)) = candidates.get(place) else {
            continue;
        };
        let from = range.start + skipped;
        let source = from..from + printed_range.len();
        let shift = printed_range.start as isize - from as isize;
        let mut segments = Vec::new();
        if let Some(result) = results.get(*index) {
            cut_into(&mut segments, &result.segments, &source, shift);
        }
        aligned.push((printed_range, segments));
        cursor = place + 1;
    }
    aligned
}

/// The lines of a text without the white space around them; blank ones left out.
fn trimmed_lines(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    text.split(|byte| *byte == b'\n').filter_map(move |line| {
        let from = start;
        start += line.len() + 1;
        let first = line.iter().position(|byte| !byte.is_ascii_whitespace())?;
        let last = line.iter().rposition(|byte| !byte.is_ascii_whitespace())?;
        Some(from + first..from + last + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(start: u32, end: u32, from: u32) -> Segment {
        let span = Span::new(from, from + end - start);
        Segment { start, end, origin: Origin { file: FileId(0), span, verbatim: true, call: None } }
    }

    #[test]
    fn cuts_out_ranges() {
        let provenance = Provenance { segments: vec![segment(0, 10, 100), segment(10, 20, 300)] };
        let left = provenance.without(&[2..4, 9..12]);
        let spans: Vec<_> = left.segments().iter().map(|s| (s.start, s.end, s.origin.span.start)).collect();
        assert_eq!(spans, [(0, 2, 100), (2, 7, 104), (7, 15, 302)]);
        assert_eq!(left.place(3), Some((FileId(0), Span::new(105, 106))));
        assert_eq!(provenance.slice(8..12).segments().len(), 2);
    }

    #[test]
    fn finds_indented_lines_again() {
        let included = Returned { text: Str::from("a: 1\n  b: 2\n"), segments: vec![segment(0, 12, 50)] };
        let aligned = align(b"\n    a: 1\n      b: 2\n", &[included], true);
        let found: Vec<_> = aligned.iter().map(|(r, s)| (r.clone(), s[0].origin.span.start)).collect();
        assert_eq!(found, [(5..9, 50), (16..20, 57)]);
    }

    #[test]
    fn finds_a_shortened_line_again() {
        let included = Returned { text: Str::from("release-name-chart"), segments: vec![segment(0, 18, 7)] };
        let aligned = align(b"\"release-name\"", std::slice::from_ref(&included), true);
        assert!(aligned.is_empty(), "a quoted and shortened text cannot be found");
        let aligned = align(b"release-name", &[included], true);
        assert_eq!(aligned[0].0, 0..12);
        assert_eq!(aligned[0].1[0].origin.span, Span::new(7, 19));
    }
}
