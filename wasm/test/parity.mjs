// Native and wasm must print the same bytes: node wasm/test/parity.mjs BINARY [CORPUS]
// Every chart here, and every case of a corpus laid out as `just conformance` reads it, is rendered by both with the
// same sealed host; the answer must be equal byte for byte, errors included.
import { execFile } from 'node:child_process';
import { readFileSync, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { load } from './engine.mjs';

const [binary, corpus] = process.argv.slice(2);
if (!binary) throw new Error('usage: parity.mjs BINARY [CORPUS]');
const engine = await load();
const run = promisify(execFile);

const cases = [];
const charts = new URL('../../charts/', import.meta.url).pathname;
const find = (root) => {
  if (existsSync(join(root, 'Chart.yaml'))) cases.push({ chart: root, flags: [], values: null, folder: '/' });
  else for (const name of readdirSync(root)) if (statSync(join(root, name)).isDirectory()) find(join(root, name));
};
find(charts);
if (corpus) {
  const [header, ...rows] = readFileSync(join(corpus, 'index.tsv'), 'utf8').trimEnd().split('\n').map((l) => l.split('\t'));
  const column = (name) => header.indexOf(name);
  for (const row of rows) {
    const [chart, values, flags] = ['chart', 'values_file', 'flags'].map((name) => row[column(name)]);
    cases.push({ chart: join(corpus, chart), values: values === '-' ? null : join(corpus, values), flags: flags === '-' ? [] : flags.split(' ') });
  }
}

function folder(root, below = '') {
  const files = {};
  for (const name of readdirSync(join(root, below))) {
    const path = below ? `${below}/${name}` : name;
    if (statSync(join(root, path)).isDirectory()) Object.assign(files, folder(root, path));
    else files[path] = { base64: readFileSync(join(root, path)).toString('base64') };
  }
  return files;
}

const known = new Map([['--is-upgrade', (request) => (request.release.isUpgrade = true)], ['--include-crds', (request) => (request.includeCrds = true)]]);

function inWasm({ chart, values, flags }) {
  const request = { release: { name: 'rel', namespace: 'ns' }, seal: 1 };
  if (values) request.values = [readFileSync(values, 'utf8')];
  for (const flag of flags) {
    const apply = known.get(flag);
    if (!apply) throw new Error(`the parity test does not know the flag ${flag}`);
    apply(request);
  }
  if (statSync(chart).isDirectory()) {
    request.chart = { files: folder(chart) };
    return engine.render(request);
  }
  return engine.render(request, readFileSync(chart));
}

async function native({ chart, values, flags }) {
  const args = ['template', 'rel', chart, '--namespace', 'ns', '--sealed', '1', '--plain', ...flags];
  if (values) args.push('-f', values);
  try {
    const { stdout } = await run(binary, args, { encoding: 'buffer', maxBuffer: 1 << 28 });
    return { ok: true, bytes: stdout };
  } catch (error) {
    const text = error.stderr.toString();
    return { ok: false, error: text.slice(text.lastIndexOf('Error: ') + 7).trimEnd() };
  }
}

let failed = 0;
let wasmMilliseconds = 0;
for (const one of cases) {
  const started = performance.now();
  const answer = inWasm(one);
  wasmMilliseconds += performance.now() - started;
  const expected = await native(one);
  const hint = '\n\nUse --debug flag to render out invalid YAML';
  const bytes = answer.manifestBase64 ? Buffer.from(answer.manifestBase64, 'base64') : Buffer.from(answer.manifest ?? '', 'utf8');
  const same = answer.ok === expected.ok && (answer.ok ? bytes.equals(expected.bytes) : answer.error.trimEnd() === expected.error.replace(hint, '').trimEnd());
  if (!same) {
    failed += 1;
    console.log(`DIFFERS ${one.chart} ${one.values ?? ''}\n  native ${expected.ok ? 'ok' : expected.error}\n  wasm   ${answer.ok ? 'ok' : answer.error}`);
  }
}
console.log(`wasm: started in ${engine.startMilliseconds.toFixed(1)} ms, ${cases.length} renders in ${(wasmMilliseconds / 1000).toFixed(1)} s`);
console.log(`\n${cases.length - failed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
