//! For tests: a render that is nothing but a host, to call functions from.

use crate::host::{Host, SealedHost};
use crate::limits::Limits;
use crate::value::{Args, Caller, Fault, Func, Settings, Str, Value};

/// A caller with a sealed host, default limits and no templates.
pub struct Bench {
    host: SealedHost,
    limits: Limits,
    /// Open to be changed: the Helm version to imitate, for example.
    pub settings: Settings,
}

impl Bench {
    /// A bench whose randomness starts at `seed`.
    pub fn sealed(seed: u64) -> Bench {
        Bench { host: SealedHost::new(seed), limits: Limits::default(), settings: Settings::default() }
    }

    /// Calls a function of `table` by name.
    pub fn call(&mut self, table: &[Func], name: &str, args: &[Value]) -> Result<Value, Fault> {
        let func = table.iter().find(|f| f.name == name).expect("a function of the table");
        assert_eq!(func.params.len(), args.len(), "{name} takes another number of arguments");
        (func.call)(self, &Args(args))
    }

    /// The same, for a function that answers with a text.
    pub fn text(&mut self, table: &[Func], name: &str, args: &[Value]) -> String {
        match self.call(table, name, args) {
            Ok(Value::Str(text)) => text.to_text().into_owned(),
            other => panic!("{name} answered {other:?}"),
        }
    }

    /// The same, for a call that fails.
    pub fn fault(&mut self, table: &[Func], name: &str, args: &[Value]) -> Fault {
        self.call(table, name, args).expect_err(name)
    }
}

impl Caller for Bench {
    fn host(&self) -> &dyn Host {
        &self.host
    }
    fn limits(&self) -> &Limits {
        &self.limits
    }
    fn settings(&self) -> &Settings {
        &self.settings
    }
    fn include(&mut self, _: &Str, _: Value) -> Result<Str, Fault> {
        Err(Fault::text("no templates here"))
    }
    fn tpl(&mut self, _: &Str, _: Value) -> Result<Str, Fault> {
        Err(Fault::text("no templates here"))
    }
    fn log(&mut self, _: &'static str, _: String) {}
}
