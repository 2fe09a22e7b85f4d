// Loads the built module in Node: compile, start, call.
import { readFileSync } from 'node:fs';
import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto;

const pkg = new URL('../pkg/', import.meta.url);

export async function load() {
  const glue = await import(new URL('hookwright.js', pkg));
  const bytes = readFileSync(new URL('hookwright_bg.wasm', pkg));
  const started = performance.now();
  const module = new WebAssembly.Module(bytes);
  glue.initSync({ module });
  const startMilliseconds = performance.now() - started;
  return {
    startMilliseconds,
    version: glue.version,
    render: (request, archive) => JSON.parse(glue.render(JSON.stringify(request), archive)),
  };
}
