//! The real world behind `Host`: clock, random source, time zones, environment, resolver, and a file of objects.

use hookwright_core::host::{Host, Moment};
use hookwright_core::value::Value;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// The machine this process runs on.
#[derive(Debug, Default)]
pub struct SystemHost {
    /// Objects that `lookup` finds.
    pub objects: crate::load::Objects,
}

impl Host for SystemHost {
    fn now(&self) -> Moment {
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => Moment { seconds: since.as_secs() as i64, nanos: since.subsec_nanos() },
            Err(before) => {
                let before = before.duration();
                Moment { seconds: -(before.as_secs() as i64), nanos: 0 }
            }
        }
    }

    fn random(&self, buffer: &mut [u8]) {
        if let Err(error) = getrandom::fill(buffer) {
            // Keys and passwords must never be made of something guessable.
            eprintln!("Error: the operating system gives no random bytes: {error}");
            std::process::exit(i32::from(crate::output::EXIT_INTERNAL));
        }
    }

    /// Go looks in these places, then in its own tree.
    fn time_zone(&self, name: &str) -> Option<Vec<u8>> {
        if name == "Local" {
            return local_zone();
        }
        zone_file(name)
    }

    fn environment(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn resolve(&self, name: &str) -> Option<String> {
        use std::net::ToSocketAddrs;
        let address = (name, 0).to_socket_addrs().ok()?.next()?;
        Some(address.ip().to_string())
    }

    fn lookup(&self, api_version: &str, kind: &str, namespace: &str, name: &str) -> Option<Value> {
        self.objects.find(api_version, kind, namespace, name)
    }
}

/// `$TZ` as Go reads it: unset means /etc/localtime, empty means UTC, `:name` or a path also work.
fn local_zone() -> Option<Vec<u8>> {
    match std::env::var("TZ") {
        Err(_) => std::fs::read("/etc/localtime").ok(),
        Ok(name) => {
            let name = name.strip_prefix(':').unwrap_or(&name);
            match name {
                "" => None,
                path if path.starts_with('/') => std::fs::read(path).ok(),
                name => zone_file(name),
            }
        }
    }
}

fn zone_file(name: &str) -> Option<Vec<u8>> {
    // The name comes from a template: it must stay inside the database.
    let inside = !name.is_empty()
        && !name.starts_with('/')
        && !name.contains('\\')
        && name.split('/').all(|part| part != "..");
    if !inside {
        return None;
    }
    ["/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/usr/lib/locale/TZ", "/etc/zoneinfo"]
        .iter()
        .find_map(|root| std::fs::read(Path::new(root).join(name)).ok())
}
