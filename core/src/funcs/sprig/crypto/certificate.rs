//! The value that holds a certificate and its key (sprig/crypto.go `certificate`).

use crate::dialect::HelmVersion;
use crate::value::{Object, Str, Value};
use std::any::Any;
use std::rc::Rc;

/// The Go name of [`Certificate`]'s type.
pub const TYPE: &str = "sprig.certificate";

/// A certificate and its private key, both PEM, in the fields `Cert` and `Key`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The certificate.
    pub cert: Str,
    /// The private key.
    pub key: Str,
}

impl Object for Certificate {
    fn type_name(&self, _: HelmVersion) -> &'static str {
        TYPE
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![("Cert", Value::Str(self.cert.clone())), ("Key", Value::Str(self.key.clone()))]
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref::<Certificate>() == Some(self)
    }
}

impl From<Certificate> for Value {
    fn from(certificate: Certificate) -> Value {
        Value::Object(Rc::new(certificate))
    }
}
