//! What an execution holds: values in their slots, variables, and the budget.

use super::super::ast::VarId;
use super::super::set::Set;
use crate::limits::Limits;
use crate::source::Recorder;
use crate::value::{Fault, Value};

/// A value with what Go's `reflect.Value` knows about the place it came from (R3).
///
/// A plain `Value::Nil` is *invalid*; a boxed one is an interface that holds nil.
#[derive(Clone, Debug, Default)]
pub(super) struct Slot {
    pub value: Value,
    pub held: Held,
}

/// How a value is held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Held {
    /// By itself.
    #[default]
    Plain,
    /// In an interface: the element of a map or list of interfaces, or a function's result.
    Boxed,
    /// In a field of a struct behind a pointer: methods of the pointer can be called (R66).
    Addressable,
}

impl Slot {
    pub fn plain(value: Value) -> Slot {
        Slot { value, held: Held::Plain }
    }

    pub fn boxed(value: Value) -> Slot {
        Slot { value, held: Held::Boxed }
    }

    /// What a function returned: nil can only come in an interface.
    pub fn returned(value: Value) -> Slot {
        let held = if matches!(value, Value::Nil) { Held::Boxed } else { Held::Plain };
        Slot { value, held }
    }

    pub fn is_boxed(&self) -> bool {
        self.held == Held::Boxed
    }

    /// One level out of an interface; a boxed nil becomes invalid.
    pub fn unboxed(mut self) -> Slot {
        if self.held == Held::Boxed {
            self.held = Held::Plain;
        }
        self
    }
}

/// Units of stack for a block, a `{{template}}` call, a pipeline in parentheses, and an `include` or `tpl`, measured in
/// an optimised build: a unit is about 512 bytes.
pub(super) mod units {
    pub const BLOCK: u32 = 1;
    pub const TEMPLATE: u32 = 2;
    pub const PARENTHESES: u32 = 2;
    pub const INCLUDE: u32 = 4;
}

/// A variable on the stack.
#[derive(Debug)]
pub(super) struct Var {
    pub id: VarId,
    pub slot: Slot,
}

/// The state of a render that all its templates share: variables, budget, and the templates in reach.
#[derive(Debug)]
pub struct Run {
    /// The templates `{{template}}` and `include` see at this moment.
    pub set: Set,
    /// Where output comes from, when somebody asks.
    pub recorder: Option<Box<Recorder>>,
    pub(super) vars: Vec<Var>,
    pub(super) depth: u32,
    steps: u64,
    bytes: usize,
    limits: Limits,
    /// Buffers to use again.
    spare: Vec<Vec<u8>>,
}

impl Run {
    /// A fresh state with the whole budget.
    pub fn new(set: Set, limits: &Limits) -> Run {
        Run {
            set,
            recorder: None,
            vars: Vec::new(),
            depth: 0,
            steps: 0,
            bytes: 0,
            limits: limits.clone(),
            spare: Vec::new(),
        }
    }

    /// Nodes executed so far.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Bytes written so far by all templates, included ones counted each time.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// An empty buffer for an included template's output.
    pub fn take_buffer(&mut self) -> Vec<u8> {
        self.spare.pop().unwrap_or_default()
    }

    /// Returns a buffer for later use.
    pub fn give_buffer(&mut self, mut buffer: Vec<u8>) {
        buffer.clear();
        // A huge buffer is not worth keeping.
        if buffer.capacity() <= 1 << 20 && self.spare.len() < 64 {
            self.spare.push(buffer);
        }
    }

    #[inline]
    pub(super) fn step(&mut self, cost: u64) -> Result<(), Fault> {
        self.steps += cost;
        if self.steps > self.limits.steps {
            return Err(Fault::limit("steps", self.limits.steps, "the templates execute too many nodes"));
        }
        Ok(())
    }

    /// Counts `len` more bytes of output.
    #[inline]
    pub(super) fn wrote(&mut self, len: usize) -> Result<(), Fault> {
        self.bytes = self.bytes.saturating_add(len);
        if self.bytes > self.limits.output_bytes {
            let bound = self.limits.output_bytes as u64;
            return Err(Fault::limit("output-bytes", bound, "the templates write too much text"));
        }
        Ok(())
    }

    /// Deeper on the thread's stack, by that many units of [`Limits::stack_depth`].
    #[inline]
    pub(super) fn enter(&mut self, units: u32) -> Result<(), Fault> {
        self.depth += units;
        if self.depth > self.limits.stack_depth {
            let bound = u64::from(self.limits.stack_depth);
            return Err(Fault::limit(
                "stack-depth",
                bound,
                "templates, blocks and parentheses nest too deep",
            ));
        }
        Ok(())
    }

    #[inline]
    pub(super) fn leave(&mut self, units: u32) {
        self.depth = self.depth.saturating_sub(units);
    }
}
