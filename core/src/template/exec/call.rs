//! Calling functions and methods: counting, checking and converting arguments (R99–R101, R106).

use super::super::ast::{Expr, Special};
use super::super::text;
use super::scope::Slot;
use super::{At, Runtime, Walker};
use crate::value::{Args, Caller, Fault, FaultKind, Func, Method, Object, Ty, Value};
use std::rc::Rc;

/// What is called.
pub(super) struct Callee {
    name: &'static str,
    params: &'static [Ty],
    variadic: bool,
    code: Code,
}

enum Code {
    Func(fn(&mut dyn Caller, &Args<'_>) -> Result<Value, Fault>),
    Method(Rc<dyn Object>, fn(&dyn Object, &mut dyn Caller, &Args<'_>) -> Result<Value, Fault>),
}

impl Callee {
    fn func(func: &'static Func) -> Callee {
        Callee { name: func.name, params: func.params, variadic: func.variadic, code: Code::Func(func.call) }
    }

    pub(super) fn method(object: Rc<dyn Object>, method: &'static Method) -> Callee {
        let Method { name, params, variadic, call } = *method;
        Callee { name, params, variadic, code: Code::Method(object, call) }
    }

    /// Type of the argument at `index`.
    fn param(&self, index: usize) -> Ty {
        let last = self.params.last().copied().unwrap_or(Ty::Any);
        match self.params.get(index) {
            Some(ty) => *ty,
            None => last,
        }
    }
}

/// Arguments of a call: in place when there are few, which is nearly always.
struct Arguments {
    few: [Value; FEW],
    many: Vec<Value>,
    len: usize,
}

const FEW: usize = 4;

impl Arguments {
    fn new(len: usize) -> Arguments {
        let many = if len > FEW { Vec::with_capacity(len) } else { Vec::new() };
        Arguments { few: [const { Value::Nil }; FEW], many, len }
    }

    fn set(&mut self, index: usize, value: Value) {
        if self.len > FEW {
            self.many.push(value);
        } else if let Some(place) = self.few.get_mut(index) {
            *place = value;
        }
    }

    fn as_slice(&self) -> &[Value] {
        if self.len > FEW { &self.many } else { self.few.get(..self.len).unwrap_or(&[]) }
    }
}

impl<'t, R: Runtime> Walker<'t, '_, R> {
    /// A function by its node; the current node is its name. `node` is what a failing call is reported at.
    #[inline]
    pub(super) fn function(
        &mut self,
        dot: &Slot,
        func: &'static Func,
        special: Special,
        node: At<'t>,
        args: &'t [Expr],
        last: Option<Slot>,
    ) -> Result<Slot, Fault> {
        match special {
            Special::No => self.call(dot, Callee::func(func), node, args, last),
            Special::And | Special::Or => self.and_or(dot, func.name, special == Special::Or, args, last),
            Special::Call => self.call_call(dot, node, args, last),
            Special::Len => self.len(dot, func, node, args, last),
        }
    }

    /// Go's `evalCall`.
    #[inline(never)]
    pub(super) fn call(
        &mut self,
        dot: &Slot,
        callee: Callee,
        node: At<'t>,
        args: &'t [Expr],
        last: Option<Slot>,
    ) -> Result<Slot, Fault> {
        let len = args.len() + usize::from(last.is_some());
        self.check_count(callee.name, callee.params.len(), callee.variadic, args.len(), len)?;
        let mut values = Arguments::new(len);
        for (index, word) in args.iter().enumerate() {
            let value = self.argument(dot, callee.param(index), word)?;
            values.set(index, value);
        }
        if let Some(last) = last {
            let value = self.validated(last, callee.param(len - 1))?;
            values.set(len - 1, value);
        }
        self.invoke(&callee, node, values.as_slice())
    }

    fn invoke(&mut self, callee: &Callee, node: At<'t>, values: &[Value]) -> Result<Slot, Fault> {
        if self.rt.run().recorder.is_some() {
            self.record_site(node);
        }
        let values = Args(values);
        let result = match &callee.code {
            Code::Func(code) => code(self.rt, &values),
            Code::Method(object, code) => code(object.as_ref(), self.rt, &values),
        };
        match result {
            Ok(value) => Ok(Slot::returned(value)),
            Err(cause) => Err(self.call_failed(callee.name, node, cause)),
        }
    }

    #[cold]
    fn record_site(&mut self, node: At<'t>) {
        if let Some((recorder, file)) = self.recorder() {
            recorder.set_site(file, node.span());
        }
    }

    #[cold]
    fn call_failed(&mut self, name: &str, node: At<'t>, cause: Fault) -> Fault {
        // Go looks at a method's signature before it calls it, and complains where it is.
        if let FaultKind::Signature(text) = cause.kind() {
            return self.fail(text.clone());
        }
        self.at = node;
        self.fail_with(node, format!("error calling {name}: "), Some(cause))
    }

    fn check_count(
        &self,
        name: &str,
        params: usize,
        variadic: bool,
        written: usize,
        len: usize,
    ) -> Result<(), Fault> {
        if variadic {
            let least = params.saturating_sub(1);
            if len < least {
                // Go forgets the piped value in this text.
                return Err(self
                    .fail(format!("wrong number of args for {name}: want at least {least} got {written}")));
            }
        } else if len != params {
            return Err(self.fail(format!("wrong number of args for {name}: want {params} got {len}")));
        }
        Ok(())
    }

    /// `and` and `or` evaluate no further than they must, and return the deciding argument (R106).
    #[inline(never)]
    fn and_or(
        &mut self,
        dot: &Slot,
        name: &'static str,
        or: bool,
        args: &'t [Expr],
        last: Option<Slot>,
    ) -> Result<Slot, Fault> {
        self.check_count(name, 2, true, args.len(), args.len() + usize::from(last.is_some()))?;
        let mut value = Slot::default();
        for word in args {
            value = self.argument_slot(dot, Ty::Reflect, word)?;
            if value.value.is_true() == or {
                return Ok(value);
            }
        }
        Ok(last.unwrap_or(value))
    }

    /// `len`, which tells an invalid value from an interface that holds nil; functions see nil in both (R3).
    #[inline(never)]
    fn len(
        &mut self,
        dot: &Slot,
        func: &'static Func,
        node: At<'t>,
        args: &'t [Expr],
        last: Option<Slot>,
    ) -> Result<Slot, Fault> {
        let slot = match (args, last) {
            ([word], None) => self.argument_slot(dot, Ty::Reflect, word)?,
            ([], Some(last)) => last,
            (args, last) => return self.call(dot, Callee::func(func), node, args, last),
        };
        if matches!(slot.value, Value::Nil) && !slot.is_boxed() {
            let cause = Fault::text("reflect: call of reflect.Value.Type on zero Value");
            return Err(self.call_failed(func.name, node, cause));
        }
        self.invoke(&Callee::func(func), node, &[slot.value])
    }

    /// `call`, which charts can only get wrong: they hold no function values (R112).
    #[cold]
    fn call_call(
        &mut self,
        dot: &Slot,
        node: At<'t>,
        args: &'t [Expr],
        last: Option<Slot>,
    ) -> Result<Slot, Fault> {
        self.check_count("call", 2, true, args.len(), args.len() + usize::from(last.is_some()))?;
        let mut values = Vec::with_capacity(args.len());
        for word in args {
            values.push(self.argument(dot, Ty::Reflect, word)?);
        }
        let version = self.rt.settings().version;
        let (name, callee) = match (args.first(), values.into_iter().next(), last) {
            (Some(word), Some(callee), _) => {
                let mut name = Vec::new();
                text::write_expr(&mut name, &self.tree.source.text, word);
                (String::from_utf8_lossy(&name).into_owned(), callee)
            }
            // Go 1.23 looks for the first word where there is none. That panic is nobody's error: the engine meets it.
            (_, _, Some(_)) if !version.names_piped_callee() => {
                return Err(Fault::text("runtime error: index out of range [0] with length 0"));
            }
            // Go's reflect.Value.String of the piped value.
            (_, _, Some(Slot { value: Value::Str(name), .. })) => (name.to_string(), Value::Str(name)),
            (_, _, Some(Slot { value, .. })) => (format!("<{} Value>", value.type_name(version)), value),
            _ => (String::new(), Value::Nil),
        };
        let message = match callee {
            Value::Nil => "call of nil".to_owned(),
            other => format!("non-function {name} of type {}", other.type_name(version)),
        };
        Err(self.call_failed("call", node, Fault::text(message)))
    }
}
