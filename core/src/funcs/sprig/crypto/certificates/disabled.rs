//! What these functions say when certificates were left out of the build.

use crate::value::{Args, Caller, Fault, Value};

macro_rules! absent {
    ($($function:ident: $name:literal),* $(,)?) => {
        $(
            #[doc = concat!("`", $name, "`: always a fault.")]
            pub fn $function(_: &mut dyn Caller, _: &Args<'_>) -> Result<Value, Fault> {
                Err(Fault::text(concat!(
                    $name, " is not available: Hookwright was built without its feature \"certificates\""
                )))
            }
        )*
    };
}

absent! {
    gen_private_key: "genPrivateKey",
    build_custom_cert: "buildCustomCert",
    gen_ca: "genCA",
    gen_ca_with_key: "genCAWithKey",
    gen_self_signed_cert: "genSelfSignedCert",
    gen_self_signed_cert_with_key: "genSelfSignedCertWithKey",
    gen_signed_cert: "genSignedCert",
    gen_signed_cert_with_key: "genSignedCertWithKey",
}

#[cfg(test)]
mod tests {
    use super::super::super::FUNCS;
    use super::super::super::bench::Bench;
    use crate::value::Value;

    #[test]
    fn the_missing_feature_is_named() {
        let fault = Bench::sealed(1).fault(FUNCS, "genCA", &["x".into(), Value::Int(1)]);
        assert_eq!(
            fault.to_string(),
            "genCA is not available: Hookwright was built without its feature \"certificates\""
        );
    }
}
