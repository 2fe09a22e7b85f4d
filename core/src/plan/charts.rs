//! Real charts for the simulator: rendered once for each revision, with a clock that goes on between revisions.

use crate::chart::Chart;
use crate::host::{Host, Moment, SealedHost};
use crate::lifecycle::release::Content;
use crate::lifecycle::rendered;
use crate::lifecycle::world::{self, Rendering, World};
use crate::limits::Limits;
use crate::release::{self, Failure, Options, Release};
use crate::value::{Map, Value};
use std::cell::RefCell;
use std::rc::Rc;

/// Seconds between two revisions, for charts that put the time into names.
const BETWEEN: i64 = 600;

/// A chart and its values.
#[derive(Debug)]
pub struct Source {
    /// The chart.
    pub chart: Chart,
    /// The user's values.
    pub values: Map,
}

type Rendered = ((u16, u16, bool), Result<Rc<Release>, Rc<Failure>>);

/// Charts by number, and what they render to.
pub struct Charts<'h> {
    sources: Vec<Source>,
    options: Options,
    limits: Limits,
    host: &'h dyn Host,
    seed: u64,
    cache: RefCell<Vec<Rendered>>,
}

impl<'h> Charts<'h> {
    /// These charts. `host` answers `lookup` and knows time zones; its clock and randomness are not used.
    pub fn new(
        sources: Vec<Source>,
        options: Options,
        limits: Limits,
        host: &'h dyn Host,
        seed: u64,
    ) -> Charts<'h> {
        Charts { sources, options, limits, host, seed, cache: RefCell::new(Vec::new()) }
    }

    /// The name of a chart.
    pub fn name(&self, chart: u16) -> &str {
        self.sources.get(usize::from(chart)).map_or("", |source| source.chart.name())
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.sources.len()
    }

    /// The release's name and namespace, and the Helm that renders.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Renders a chart as one revision.
    ///
    /// # Errors
    /// What `helm template` would say.
    pub fn release(&self, chart: u16, revision: u16, upgrade: bool) -> Result<Rc<Release>, Rc<Failure>> {
        let key = (chart, revision, upgrade);
        if let Some((_, done)) = self.cache.borrow().iter().find(|(known, _)| *known == key) {
            return done.clone();
        }
        let Some(source) = self.sources.get(usize::from(chart)) else {
            return Err(Rc::new(*Failure::early("chart not found".to_owned())));
        };
        let options = Options { upgrade, revision: i64::from(revision), ..self.options.clone() };
        let now = Moment {
            seconds: SealedHost::NOW.seconds + BETWEEN * i64::from(revision.saturating_sub(1)),
            nanos: 0,
        };
        let sealed = SealedHost::new(self.seed.wrapping_add(u64::from(revision))).at(now);
        let host = Clock { sealed, world: self.host };
        let result =
            release::render(source.chart.clone(), &source.values, &options, &host, &self.limits, &mut |_| ());
        let result = result.map(Rc::new).map_err(|failure| Rc::new(*failure));
        self.cache.borrow_mut().push((key, result.clone()));
        result
    }
}

impl std::fmt::Debug for Charts<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Charts").field("sources", &self.sources.len()).finish_non_exhaustive()
    }
}

impl world::Charts for Charts<'_> {
    fn render(&self, world: &World, wanted: &Rendering) -> Result<Content, String> {
        match self.release(wanted.chart, wanted.revision, wanted.upgrade) {
            Ok(release) => Ok(rendered::content(world, &release, wanted, true)),
            Err(failure) => Err(failure.text.clone()),
        }
    }
}

/// A sealed clock and random source in front of a world.
struct Clock<'h> {
    sealed: SealedHost,
    world: &'h dyn Host,
}

impl Host for Clock<'_> {
    fn now(&self) -> Moment {
        self.sealed.now()
    }

    fn random(&self, buffer: &mut [u8]) {
        self.sealed.random(buffer);
    }

    fn time_zone(&self, name: &str) -> Option<Vec<u8>> {
        // The machine's own zone would make plans differ from machine to machine.
        if name == "Local" { None } else { self.world.time_zone(name) }
    }

    fn lookup(&self, api_version: &str, kind: &str, namespace: &str, name: &str) -> Option<Value> {
        self.world.lookup(api_version, kind, namespace, name)
    }
}
