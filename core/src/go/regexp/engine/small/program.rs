//! Instructions for matching, and how an expression becomes them (regexp/syntax compile.go, simplify.go).
//!
//! Each part of an expression is a run of instructions that goes on after its last one; jumps are relative, so that a
//! repetition is a copy.

use crate::go::regexp::class::Class;
use crate::go::regexp::parse::{Node, Place, Tree};
use crate::go::utf8::decode;

/// Go's limit on instructions.
const MAX_CODE: usize = (128 << 20) / 40;

/// An instruction.
#[derive(Clone, Copy, Debug)]
pub(super) enum Inst {
    /// Takes this rune.
    Rune(u32),
    /// Takes a rune of the class with this number.
    Class(u32),
    /// Takes any rune.
    Any,
    /// Takes any rune but a line's end.
    AnyButNewline,
    /// Goes on if the place is as wanted.
    Place(Place),
    /// Goes on here or so far away, here preferred.
    Here(i32),
    /// Goes on here or so far away, away preferred.
    Away(i32),
    /// Goes on so far away.
    Jump(i32),
    /// Remembers the place.
    Save(u32),
    /// The expression matches.
    Match,
}

/// A class made for asking: ASCII by bits, the others by ranges in order.
#[derive(Clone, Debug)]
struct Members {
    ascii: u128,
    ranges: Vec<(u32, u32)>,
}

/// A compiled expression.
#[derive(Clone, Debug)]
pub(super) struct Program {
    pub code: Vec<Inst>,
    classes: Vec<Members>,
    /// Whether a match can only begin where the text does.
    pub anchored: bool,
    /// The bytes a match can begin with, one bit each; `None` if it may begin with any, or be empty.
    first: Option<[u64; 4]>,
}

impl Program {
    /// Compiles a tree; `None` when it becomes too large.
    pub fn compile(tree: &Tree) -> Option<Program> {
        let mut program = Program { code: Vec::new(), classes: Vec::new(), anchored: false, first: None };
        program.emit(tree)?;
        program.push(Inst::Match)?;
        program.anchored = program.begins_with_text();
        program.first = program.first_bytes();
        Some(program)
    }

    /// Bytes of memory it takes.
    pub fn memory(&self) -> usize {
        let ranges: usize = self.classes.iter().map(|class| class.ranges.len() + 4).sum();
        8 * (self.code.len() + ranges)
    }

    /// Whether an instruction takes a rune.
    pub fn takes(&self, inst: Inst, rune: u32) -> bool {
        match inst {
            Inst::Rune(wanted) => rune == wanted,
            Inst::Class(class) => self.classes.get(class as usize).is_some_and(|class| class.has(rune)),
            Inst::Any => true,
            Inst::AnyButNewline => rune != u32::from(b'\n'),
            _ => false,
        }
    }

    /// The next place from `at` on at which a match may begin.
    pub fn candidate(&self, text: &[u8], at: usize) -> Option<usize> {
        if self.anchored && at > 0 {
            return None;
        }
        let Some(first) = &self.first else { return (at <= text.len()).then_some(at) };
        let may_begin =
            |byte: &u8| first.get(usize::from(*byte >> 6)).is_some_and(|bits| bits >> (*byte & 63) & 1 != 0);
        Some(at + text.get(at..)?.iter().position(may_begin)?)
    }

    fn push(&mut self, inst: Inst) -> Option<()> {
        self.code.push(inst);
        (self.code.len() <= MAX_CODE).then_some(())
    }

    /// Adds a tree's instructions; whether it may match the empty text. Its height is limited by the parser, so
    /// recursion is.
    fn emit(&mut self, tree: &Tree) -> Option<bool> {
        match &tree.node {
            Node::Empty => Some(true),
            Node::Literal { rune, fold: false } => self.push(Inst::Rune(*rune)).map(|()| false),
            Node::Literal { rune, fold: true } => {
                let class = [(*rune, *rune)].into_iter().collect::<Class>().fold();
                if class.ranges() == [(*rune, *rune)] {
                    return self.push(Inst::Rune(*rune)).map(|()| false);
                }
                self.class(&class).map(|()| false)
            }
            Node::Class(class) => self.class(class).map(|()| false),
            Node::Any => self.push(Inst::Any).map(|()| false),
            Node::AnyButNewline => self.push(Inst::AnyButNewline).map(|()| false),
            Node::Place(place) => self.push(Inst::Place(*place)).map(|()| true),
            Node::Repeat { node, min, max, greedy } => {
                self.repeat(node, *min as usize, max.map(|max| max as usize), *greedy)
            }
            Node::Capture { node, index } => {
                self.push(Inst::Save(2 * index))?;
                let empty = self.emit(node)?;
                self.push(Inst::Save(2 * index + 1))?;
                Some(empty)
            }
            Node::Concat(trees) => {
                let mut empty = true;
                for tree in trees {
                    empty &= self.emit(tree)?;
                }
                Some(empty)
            }
            Node::Alternate(trees) => self.alternate(trees),
        }
    }

    fn class(&mut self, class: &Class) -> Option<()> {
        let number = self.classes.len() as u32;
        self.classes.push(Members::new(class));
        self.push(Inst::Class(number))
    }

    /// Each alternative but the last is preferred to those after it, and then jumps to the end.
    fn alternate(&mut self, trees: &[Tree]) -> Option<bool> {
        let (last, others) = trees.split_last()?;
        let (mut empty, mut jumps) = (false, Vec::new());
        for tree in others {
            let fork = self.code.len();
            self.push(Inst::Here(0))?;
            empty |= self.emit(tree)?;
            jumps.push(self.code.len());
            self.push(Inst::Jump(0))?;
            self.set(fork, Inst::Here(self.distance(fork)));
        }
        empty |= self.emit(last)?;
        for jump in jumps {
            self.set(jump, Inst::Jump(self.distance(jump)));
        }
        Some(empty)
    }

    /// `x{min,max}`: `min` times x, then up to `max - min` times; the last of them again and again without `max`.
    fn repeat(&mut self, node: &Tree, min: usize, max: Option<usize>, greedy: bool) -> Option<bool> {
        if max == Some(0) {
            return Some(true);
        }
        let optional = |distance| if greedy { Inst::Here(distance) } else { Inst::Away(distance) };
        let again = |distance| if greedy { Inst::Away(distance) } else { Inst::Here(distance) };
        let fork = self.code.len();
        if min == 0 {
            self.push(optional(0))?;
        }
        let start = self.code.len();
        let empty = self.emit(node)?;
        let size = self.code.len() - start;
        self.copy(start, size, min.saturating_sub(1))?;
        match max {
            None if min == 0 && !empty => {
                self.push(Inst::Jump(-(size as i32) - 1))?;
            }
            // An x that may be empty is `(x+)?` rather than `x*`, which keeps preferences right (golang.org/issue/46123).
            None => self.push(again(-(size as i32)))?,
            // `x{0,3}` is `(x(x(x)?)?)?`: all leave to the same end.
            Some(max) => {
                let mut forks = Vec::new();
                for _ in min.max(1)..max {
                    forks.push(self.code.len());
                    self.push(optional(0))?;
                    self.copy(start, size, 1)?;
                }
                for fork in forks {
                    self.set(fork, optional(self.distance(fork)));
                }
            }
        }
        if min == 0 {
            self.set(fork, optional(self.distance(fork)));
        }
        Some(empty || min == 0)
    }

    fn copy(&mut self, start: usize, size: usize, times: usize) -> Option<()> {
        if self.code.len().saturating_add(size.saturating_mul(times)) > MAX_CODE {
            return None;
        }
        (0..times).for_each(|_| self.code.extend_from_within(start..start + size));
        Some(())
    }

    /// How far the end is from an instruction.
    fn distance(&self, from: usize) -> i32 {
        (self.code.len() - from) as i32
    }

    fn set(&mut self, at: usize, inst: Inst) {
        if let Some(place) = self.code.get_mut(at) {
            *place = inst;
        }
    }

    fn begins_with_text(&self) -> bool {
        let first = self.code.iter().find(|inst| !matches!(inst, Inst::Save(_)));
        matches!(first, Some(Inst::Place(Place::TextStart)))
    }

    /// The bytes any match begins with; conditions on places are taken for granted.
    fn first_bytes(&self) -> Option<[u64; 4]> {
        let mut bytes = [0; 4];
        let mut add = |low: u32, high: u32| {
            for byte in lead(low)..=lead(high) {
                if let Some(bits) = bytes.get_mut(usize::from(byte >> 6)) {
                    *bits |= 1_u64 << (byte & 63);
                }
            }
        };
        let (mut seen, mut open) = (vec![false; self.code.len()], vec![0]);
        while let Some(at) = open.pop() {
            let Some(false) = seen.get_mut(at).map(|seen| std::mem::replace(seen, true)) else { continue };
            match *self.code.get(at)? {
                Inst::Rune(rune) => add(rune, rune),
                Inst::Class(class) => {
                    self.classes.get(class as usize)?.ranges.iter().for_each(|(low, high)| add(*low, *high));
                }
                Inst::Any | Inst::AnyButNewline | Inst::Match => return None,
                Inst::Place(_) | Inst::Save(_) => open.push(at + 1),
                Inst::Here(away) | Inst::Away(away) => {
                    open.extend([at + 1, at.wrapping_add_signed(away as isize)])
                }
                Inst::Jump(away) => open.push(at.wrapping_add_signed(away as isize)),
            }
        }
        Some(bytes)
    }
}

impl Members {
    fn new(class: &Class) -> Members {
        let mut ascii = 0;
        for (low, high) in class.ranges() {
            (*low..=(*high).min(0x7f)).for_each(|rune| ascii |= 1_u128 << rune);
        }
        Members { ascii, ranges: class.ranges().to_vec() }
    }

    fn has(&self, rune: u32) -> bool {
        if rune < 0x80 {
            return self.ascii >> rune & 1 != 0;
        }
        let next = self.ranges.partition_point(|(_, high)| *high < rune);
        self.ranges.get(next).is_some_and(|(low, _)| *low <= rune)
    }
}

/// The first byte of a rune in UTF-8; grows with the rune.
fn lead(rune: u32) -> u8 {
    match rune {
        0..0x80 => rune as u8,
        0x80..0x800 => 0xc0 | (rune >> 6) as u8,
        0x800..0x1_0000 => 0xe0 | (rune >> 12) as u8,
        _ => 0xf0 | (rune >> 18) as u8,
    }
}

/// The rune at a place of valid text, and its width; at the end the width is 0 and no instruction takes the rune.
pub(super) fn rune_at(text: &[u8], at: usize) -> (u32, usize) {
    match text.get(at) {
        None => (u32::MAX, 0),
        Some(byte @ 0..=0x7f) => (u32::from(*byte), 1),
        Some(_) => {
            let (rune, width) = decode(text.get(at..).unwrap_or_default());
            (u32::from(rune), width)
        }
    }
}

/// Whether a place is as wanted. Words are ASCII.
pub(super) fn holds(place: Place, text: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    let after = text.get(at);
    let word = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    match place {
        Place::TextStart => at == 0,
        Place::TextEnd => after.is_none(),
        Place::LineStart => before.is_none_or(|byte| *byte == b'\n'),
        Place::LineEnd => after.is_none_or(|byte| *byte == b'\n'),
        Place::WordBoundary => word(before) != word(after),
        Place::NoWordBoundary => word(before) == word(after),
    }
}
