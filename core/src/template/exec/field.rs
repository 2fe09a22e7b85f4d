//! Fields, map entries and methods: `X.name` (R102).

use super::super::ast::{Expr, Name};
use super::call::Callee;
use super::scope::{Held, Slot};
use super::{At, Runtime, Walker};
use crate::value::{Fault, Kind, Map, Object, Str, Value};
use std::rc::Rc;

impl<'t, R: Runtime> Walker<'t, '_, R> {
    /// Go's `evalFieldChain`: walks `names` from `receiver`; the last one gets the arguments.
    pub(super) fn fields(
        &mut self,
        dot: &Slot,
        receiver: &Slot,
        names: &'t [Name],
        node: &'t Expr,
        args: &'t [Expr],
        last: Option<Slot>,
    ) -> Result<Slot, Fault> {
        let Some((final_name, names)) = names.split_last() else {
            return Ok(receiver.clone());
        };
        let Some((first, names)) = names.split_first() else {
            return self.field(dot, receiver, final_name, node, args, last);
        };
        let mut current = self.field(dot, receiver, first, node, &[], None)?;
        for name in names {
            current = self.field(dot, &current, name, node, &[], None)?;
        }
        self.field(dot, &current, final_name, node, args, last)
    }

    fn field(
        &mut self,
        dot: &Slot,
        receiver: &Slot,
        name: &'t Name,
        node: &'t Expr,
        args: &'t [Expr],
        last: Option<Slot>,
    ) -> Result<Slot, Fault> {
        match &receiver.value {
            Value::Map(map) => self.entry(map, name, args, last),
            Value::Values(map) => {
                if name.exported
                    && let Some((object, method)) = self.rt.values_method(map, &name.key)
                {
                    return self.call(dot, Callee::method(object, method), At::Expr(node), args, last);
                }
                self.entry(map, name, args, last)
            }
            Value::Nil if receiver.is_boxed() => {
                Err(self.fail(format!("nil pointer evaluating interface {{}}.{}", name.key)))
            }
            Value::Nil => Ok(Slot::default()),
            Value::Object(object) => self.object_field(dot, object, receiver, name, node, args, last),
            Value::StrMap(map) => {
                self.no_arguments(name, "is not a method but has arguments", args, &last)?;
                let value = map.as_ref().and_then(|map| map.get(name.key.as_bytes())).cloned();
                Ok(Slot::plain(Value::Str(value.unwrap_or_else(|| Str::from("")))))
            }
            _ => Err(self.no_field(receiver, name)),
        }
    }

    #[inline]
    fn entry(&mut self, map: &Map, name: &Name, args: &[Expr], last: Option<Slot>) -> Result<Slot, Fault> {
        self.no_arguments(name, "is not a method but has arguments", args, &last)?;
        // Absent and null are the same to a template: an interface that holds nil.
        Ok(Slot::boxed(map.get(&name.key).unwrap_or_default()))
    }

    #[inline]
    fn no_arguments(
        &self,
        name: &Name,
        complaint: &str,
        args: &[Expr],
        last: &Option<Slot>,
    ) -> Result<(), Fault> {
        if args.is_empty() && last.is_none() {
            return Ok(());
        }
        Err(self.fail(format!("{} {complaint}", name.key)))
    }

    #[allow(clippy::too_many_arguments, reason = "the arguments of Go's evalField")]
    #[inline(never)]
    fn object_field(
        &mut self,
        dot: &Slot,
        object: &Rc<dyn Object>,
        receiver: &Slot,
        name: &'t Name,
        node: &'t Expr,
        args: &'t [Expr],
        last: Option<Slot>,
    ) -> Result<Slot, Fault> {
        let key: &[u8] = &name.key;
        if let Some(method) = object.methods().iter().find(|method| method.name.as_bytes() == key) {
            return self.call(dot, Callee::method(object.clone(), method), At::Expr(node), args, last);
        }
        match object.kind() {
            Kind::Struct | Kind::Ptr => {
                if let Some((_, value)) =
                    object.fields().into_iter().find(|(field, _)| field.as_bytes() == key)
                {
                    self.no_arguments(name, "has arguments but cannot be invoked as function", args, &last)?;
                    // What a pointer leads to can be pointed at; so can the fields of that.
                    let reachable = object.kind() == Kind::Ptr || receiver.held == Held::Addressable;
                    return Ok(Slot { value, held: if reachable { Held::Addressable } else { Held::Plain } });
                }
                if object.unexported().iter().any(|field| field.as_bytes() == key) {
                    let ty = self.static_type(receiver);
                    return Err(self.fail(format!("{} is an unexported field of struct type {ty}", name.key)));
                }
            }
            Kind::Map => {
                if let Some(value) = object.entry(key) {
                    self.no_arguments(name, "is not a method but has arguments", args, &last)?;
                    return Ok(Slot::plain(value));
                }
            }
            _ => {}
        }
        Err(self.no_field(receiver, name))
    }

    /// The type Go knows for the slot without looking into it.
    fn static_type(&self, slot: &Slot) -> &'static str {
        match slot.held {
            Held::Boxed => "interface {}",
            _ => slot.value.type_name(self.rt.settings().version),
        }
    }

    #[cold]
    fn no_field(&self, receiver: &Slot, name: &Name) -> Fault {
        let ty = self.static_type(receiver);
        self.fail(format!("can't evaluate field {} in type {ty}", name.key))
    }
}
