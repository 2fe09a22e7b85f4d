//! From Go's tree to the engine's.

use crate::go::regexp::class::Class;
use crate::go::regexp::parse::{Node, Place, Tree};
use regex_syntax::hir::{Capture, ClassUnicode, ClassUnicodeRange, Dot, Hir, Look, Repetition};

/// Translates a tree. Its height is limited by the parser, so recursion is.
pub(super) fn translate(tree: &Tree) -> Hir {
    match &tree.node {
        Node::Empty => Hir::empty(),
        Node::Literal { rune, fold: false } => match char::from_u32(*rune) {
            Some(c) => Hir::literal(c.encode_utf8(&mut [0; 4]).as_bytes()),
            // A surrogate: no text contains it.
            None => Hir::fail(),
        },
        Node::Literal { rune, fold: true } => class(&[(*rune, *rune)].into_iter().collect::<Class>().fold()),
        Node::Class(ranges) => class(ranges),
        Node::Any => Hir::dot(Dot::AnyChar),
        Node::AnyButNewline => Hir::dot(Dot::AnyCharExceptLF),
        Node::Place(place) => Hir::look(match place {
            Place::TextStart => Look::Start,
            Place::TextEnd => Look::End,
            Place::LineStart => Look::StartLF,
            Place::LineEnd => Look::EndLF,
            Place::WordBoundary => Look::WordAscii,
            Place::NoWordBoundary => Look::WordAsciiNegate,
        }),
        Node::Repeat { node, min, max, greedy } => Hir::repetition(Repetition {
            min: *min,
            max: *max,
            greedy: *greedy,
            sub: Box::new(translate(node)),
        }),
        Node::Capture { node, index } => {
            Hir::capture(Capture { index: *index, name: None, sub: Box::new(translate(node)) })
        }
        Node::Concat(trees) => Hir::concat(trees.iter().map(translate).collect()),
        Node::Alternate(trees) => Hir::alternation(trees.iter().map(translate).collect()),
    }
}

/// A class without the surrogates.
fn class(class: &Class) -> Hir {
    let mut ranges = Vec::with_capacity(class.ranges().len() + 1);
    for (low, high) in class.ranges() {
        let mut add = |low: u32, high: u32| {
            if let (Some(low), Some(high)) = (char::from_u32(low), char::from_u32(high))
                && low <= high
            {
                ranges.push(ClassUnicodeRange::new(low, high));
            }
        };
        if *high < 0xd800 || *low > 0xdfff {
            add(*low, *high);
        } else {
            add(*low, 0xd7ff);
            add(0xe000, *high);
        }
    }
    Hir::class(regex_syntax::hir::Class::Unicode(ClassUnicode::new(ranges)))
}
