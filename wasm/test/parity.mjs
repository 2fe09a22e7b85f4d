// Native and wasm must print the same bytes: node wasm/test/parity.mjs BINARY [CORPUS]
// Every chart here, and every case of a corpus laid out as `just conformance` reads it, is rendered by both with the
// same sealed host; the answer must be equal byte for byte, errors included. Two workers share the cases; in each the
// native binary is at work on the next case while the module renders this one.
import { execFile } from 'node:child_process';
import { readFileSync, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { load } from './engine.mjs';

const workers = 2;
const [binary, corpus] = isMainThread ? process.argv.slice(2) : workerData.names;
if (!binary) throw new Error('usage: parity.mjs BINARY [CORPUS]');
const engine = isMainThread ? null : await load();
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

/** Compares every case whose number has the given remainder. */
async function share(remainder) {
  const mine = cases.filter((_, index) => index % workers === remainder);
  const result = { passed: 0, differing: [], wasmMilliseconds: 0, startMilliseconds: engine.startMilliseconds };
  let next = mine.length ? native(mine[0]) : null;
  for (const [index, one] of mine.entries()) {
    const pending = next;
    next = index + 1 < mine.length ? native(mine[index + 1]) : null;
    const started = performance.now();
    const answer = inWasm(one);
    result.wasmMilliseconds += performance.now() - started;
    const expected = await pending;
    const hint = '\n\nUse --debug flag to render out invalid YAML';
    const bytes = answer.manifestBase64 ? Buffer.from(answer.manifestBase64, 'base64') : Buffer.from(answer.manifest ?? '', 'utf8');
    const same = answer.ok === expected.ok && (answer.ok ? bytes.equals(expected.bytes) : answer.error.trimEnd() === expected.error.replace(hint, '').trimEnd());
    if (same) result.passed += 1;
    else result.differing.push(`DIFFERS ${one.chart} ${one.values ?? ''}\n  native ${expected.ok ? 'ok' : expected.error}\n  wasm   ${answer.ok ? 'ok' : answer.error}`);
  }
  return result;
}

if (isMainThread) {
  const shares = Array.from({ length: workers }, (_, remainder) => new Promise((resolve, reject) => {
    // The stack of a page, not the larger one workers have in Node.
    const worker = new Worker(new URL(import.meta.url), { workerData: { names: [binary, corpus], remainder }, resourceLimits: { stackSizeMb: 1 } });
    worker.on('message', resolve).on('error', reject);
  }));
  const results = await Promise.all(shares);
  const sum = (of) => results.reduce((total, result) => total + of(result), 0);
  const differing = results.flatMap((result) => result.differing);
  differing.forEach((text) => console.log(text));
  console.log(`wasm: started in ${results[0].startMilliseconds.toFixed(1)} ms, ${cases.length} renders in ${(sum((result) => result.wasmMilliseconds) / 1000).toFixed(1)} s`);
  console.log(`\n${sum((result) => result.passed)} passed, ${differing.length} failed`);
  process.exitCode = differing.length || sum((result) => result.passed) !== cases.length ? 1 : 0;
} else {
  parentPort.postMessage(await share(workerData.remainder));
}
