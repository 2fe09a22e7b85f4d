//! Matching by threads that step through the text together, in order of preference (regexp/exec.go).

use super::NOWHERE;
use super::program::{Inst, Program, holds, rune_at};

/// The threads of this place and the next, and what making them needs.
#[derive(Default)]
pub(super) struct Threads {
    now: List,
    next: List,
    /// For each instruction, the step at which it was last reached.
    reached: Vec<u64>,
    step: u64,
    open: Vec<Open>,
    /// What the thread being made remembers.
    slots: Vec<usize>,
}

/// Threads in order of preference, each waiting at an instruction that takes a rune or matches.
#[derive(Default)]
struct List {
    pcs: Vec<usize>,
    /// What each remembers, one after the other.
    slots: Vec<usize>,
}

enum Open {
    Visit(usize),
    Restore(usize, usize),
}

/// Fills the slots with the first match that does not begin before `from`.
pub(super) fn run(
    program: &Program,
    text: &[u8],
    from: usize,
    slots: &mut [usize],
    threads: &mut Threads,
) -> bool {
    threads.now.clear();
    threads.reached.resize(program.code.len(), 0);
    let (mut at, mut found) = (from, false);
    loop {
        if threads.now.pcs.is_empty() {
            if found {
                break;
            }
            // What was reached at the place before says nothing of this one.
            threads.step += 1;
            let Some(candidate) = program.candidate(text, at) else { break };
            at = candidate;
        }
        if !found && (at == 0 || !program.anchored) {
            threads.slots.clear();
            threads.slots.resize(slots.len(), NOWHERE);
            if let Some(start) = threads.slots.first_mut() {
                *start = at;
            }
            let mut now = std::mem::take(&mut threads.now);
            threads.add(program, text, at, 0, &mut now);
            threads.now = now;
        }
        found |= threads.advance(program, text, at, slots);
        let (_, width) = rune_at(text, at);
        if width == 0 {
            break;
        }
        at += width;
    }
    found
}

impl List {
    fn clear(&mut self) {
        self.pcs.clear();
        self.slots.clear();
    }
}

impl Threads {
    /// Moves every thread over the rune at `at`. One that matches ends those it is preferred to.
    fn advance(&mut self, program: &Program, text: &[u8], at: usize, slots: &mut [usize]) -> bool {
        let (rune, width) = rune_at(text, at);
        let (now, mut next) = (std::mem::take(&mut self.now), std::mem::take(&mut self.next));
        next.clear();
        self.step += 1;
        let mut found = false;
        for (pc, remembered) in now.pcs.iter().zip(now.slots.chunks_exact(slots.len())) {
            match program.code.get(*pc) {
                Some(Inst::Match) => {
                    slots.copy_from_slice(remembered);
                    if let Some(end) = slots.get_mut(1) {
                        *end = at;
                    }
                    found = true;
                    break;
                }
                Some(inst) if width > 0 && program.takes(*inst, rune) => {
                    self.slots.clear();
                    self.slots.extend_from_slice(remembered);
                    self.add(program, text, at + width, pc + 1, &mut next);
                }
                _ => {}
            }
        }
        (self.now, self.next) = (next, now);
        found
    }

    /// Adds the threads that an instruction leads to without taking a rune, the preferred first.
    fn add(&mut self, program: &Program, text: &[u8], at: usize, pc: usize, list: &mut List) {
        self.open.push(Open::Visit(pc));
        while let Some(open) = self.open.pop() {
            let mut pc = match open {
                Open::Visit(pc) => pc,
                Open::Restore(slot, place) => {
                    if let Some(slot) = self.slots.get_mut(slot) {
                        *slot = place;
                    }
                    continue;
                }
            };
            while let (Some(inst), Some(reached)) = (program.code.get(pc), self.reached.get_mut(pc)) {
                if std::mem::replace(reached, self.step) == self.step {
                    break;
                }
                let next = pc + 1;
                match *inst {
                    Inst::Here(away) => {
                        self.open.push(Open::Visit(pc.wrapping_add_signed(away as isize)));
                        pc = next;
                    }
                    Inst::Away(away) => {
                        self.open.push(Open::Visit(next));
                        pc = pc.wrapping_add_signed(away as isize);
                    }
                    Inst::Jump(away) => pc = pc.wrapping_add_signed(away as isize),
                    Inst::Save(slot) => {
                        let slot = slot as usize;
                        if let Some(place) = self.slots.get_mut(slot) {
                            self.open.push(Open::Restore(slot, std::mem::replace(place, at)));
                        }
                        pc = next;
                    }
                    Inst::Place(place) => {
                        if !holds(place, text, at) {
                            break;
                        }
                        pc = next;
                    }
                    _ => {
                        list.pcs.push(pc);
                        list.slots.extend_from_slice(&self.slots);
                        break;
                    }
                }
            }
        }
    }
}
