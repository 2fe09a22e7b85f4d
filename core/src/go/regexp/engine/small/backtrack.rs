//! Matching by trial: the preferred way first, and no instruction twice at one place (regexp/backtrack.go).

use super::NOWHERE;
use super::program::{Inst, Program, holds, rune_at};

/// Which instruction was tried at which place, one bit each, and what is still to be tried.
#[derive(Default)]
pub(super) struct Visited {
    bits: Vec<u64>,
    /// Words that may hold bits.
    used: usize,
    open: Vec<Open>,
}

enum Open {
    /// Goes on at an instruction and a place.
    Try(usize, usize),
    /// Takes back what was remembered.
    Restore(usize, usize),
}

/// Fills the slots with the first match that does not begin before `from`.
pub(super) fn run(
    program: &Program,
    text: &[u8],
    from: usize,
    slots: &mut [usize],
    visited: &mut Visited,
) -> bool {
    visited.bits.iter_mut().take(visited.used).for_each(|word| *word = 0);
    visited.used = 0;
    visited.bits.resize(visited.bits.len().max((text.len() - from + 1) * program.code.len() / 64 + 1), 0);
    let mut start = from;
    while let Some(candidate) = program.candidate(text, start) {
        // What was tried from an earlier start failed, and would fail again.
        if attempt(program, text, from, candidate, slots, visited) {
            if let Some(first) = slots.first_mut() {
                *first = candidate;
            }
            return true;
        }
        start = candidate + rune_at(text, candidate).1.max(1);
    }
    false
}

fn attempt(
    program: &Program,
    text: &[u8],
    from: usize,
    start: usize,
    slots: &mut [usize],
    visited: &mut Visited,
) -> bool {
    visited.open.clear();
    visited.open.push(Open::Try(0, start));
    while let Some(open) = visited.open.pop() {
        let (mut pc, mut at) = match open {
            Open::Try(pc, at) => (pc, at),
            Open::Restore(slot, place) => {
                if let Some(slot) = slots.get_mut(slot) {
                    *slot = place;
                }
                continue;
            }
        };
        while let Some(inst) = program.code.get(pc) {
            let bit = (at - from) * program.code.len() + pc;
            match visited.bits.get_mut(bit / 64) {
                Some(word) if *word >> (bit % 64) & 1 == 0 => *word |= 1 << (bit % 64),
                _ => break,
            }
            visited.used = visited.used.max(bit / 64 + 1);
            let next = pc + 1;
            match *inst {
                Inst::Here(away) => {
                    visited.open.push(Open::Try(pc.wrapping_add_signed(away as isize), at));
                    pc = next;
                }
                Inst::Away(away) => {
                    visited.open.push(Open::Try(next, at));
                    pc = pc.wrapping_add_signed(away as isize);
                }
                Inst::Jump(away) => pc = pc.wrapping_add_signed(away as isize),
                Inst::Save(slot) => {
                    let slot = slot as usize;
                    if let Some(place) = slots.get_mut(slot) {
                        visited.open.push(Open::Restore(slot, std::mem::replace(place, at)));
                    }
                    pc = next;
                }
                Inst::Place(place) => {
                    if !holds(place, text, at) {
                        break;
                    }
                    pc = next;
                }
                Inst::Match => {
                    if let Some(end) = slots.get_mut(1) {
                        *end = at;
                    }
                    return true;
                }
                taking => {
                    let (rune, width) = rune_at(text, at);
                    if width == 0 || !program.takes(taking, rune) {
                        break;
                    }
                    (pc, at) = (next, at + width);
                }
            }
        }
    }
    debug_assert!(slots.iter().all(|slot| *slot == NOWHERE), "what failed was taken back");
    false
}
