//! The door for browsers and Node: wasm-bindgen exports only.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// The embedder's clock: milliseconds since the Unix epoch.
    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    fn date_now() -> f64;

    /// The embedder's random source.
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues, catch)]
    fn random_values(buffer: &mut [u8]) -> Result<(), wasm_bindgen::JsValue>;
}

/// Renders a chart. `request` is the JSON text described in [`crate::api`]; `archive` is a packaged chart's bytes when
/// the request does not carry the chart itself. The answer is JSON text, for faults too.
#[wasm_bindgen]
pub fn render(request: &str, archive: Option<Vec<u8>>) -> String {
    crate::api::render(request, archive.as_deref(), &crate::host::Lent { clock: date_now, random })
}

/// The version of this package.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

fn random(buffer: &mut [u8]) -> bool {
    // Web Crypto refuses more than 65536 bytes at once.
    buffer.chunks_mut(65_536).all(|chunk| random_values(chunk).is_ok())
}
