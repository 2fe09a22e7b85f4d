// The JavaScript API: node --test wasm/test/api.test.mjs (after `just wasm`).
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { load } from './engine.mjs';

const engine = await load();
const charts = new URL('../../charts/', import.meta.url).pathname;

function folder(root, below = '') {
  const files = {};
  for (const name of readdirSync(join(root, below))) {
    const path = below ? `${below}/${name}` : name;
    if (statSync(join(root, path)).isDirectory()) Object.assign(files, folder(root, path));
    else files[path] = readFileSync(join(root, path), 'utf8');
  }
  return files;
}

test('renders a chart given as files', () => {
  const answer = engine.render({
    chart: { files: folder(join(charts, 'demo-app')) },
    release: { name: 'demo', namespace: 'prod' },
    set: ['image.tag=9.9'],
  });
  assert.equal(answer.schemaVersion, 1);
  assert.equal(answer.ok, true, answer.error);
  assert.match(answer.manifest, /^---\n# Source: demo-app\/templates\/service\.yaml\n/);
  assert.match(answer.manifest, /image: registry\.example\.com\/demo:9\.9/);
  const job = answer.documents.find((document) => document.kind === 'Job');
  assert.deepEqual(job.hook.events, ['pre-install', 'pre-upgrade']);
  assert.deepEqual(job.hook.deletePolicies, ['before-hook-creation', 'hook-succeeded']);
  assert.match(answer.notes, /is installed as demo in prod/);
});

test('a sealed render is a function of its request', () => {
  const request = { chart: { files: folder(join(charts, 'teaching/atlas-guide')) }, seal: 7 };
  const first = engine.render(request);
  assert.equal(first.ok, true, first.error);
  assert.match(first.manifest, /migrate-1767225600"/);
  assert.deepEqual(engine.render(request), first);
});

test('a fault is an answer, with its place', () => {
  const answer = engine.render({
    chart: { files: { 'Chart.yaml': '{name: c, version: 1.0.0}', 'templates/a.yaml': 'a: 1\nb: {{ .Values.é.y }}\n' } },
  });
  assert.equal(answer.ok, false);
  assert.match(answer.error, /^c\/templates\/a\.yaml:2:13\n {2}executing .*\n {4}nil pointer evaluating interface \{\}\.y$/);
  const [label] = answer.diagnostics[0].labels;
  assert.equal(label.file, 'c/templates/a.yaml');
  assert.equal(label.start.line, 1);
});

test('requests that make no sense are refused in words', () => {
  assert.match(engine.render({}).error, /no chart/);
  assert.match(engine.render({ chrat: {} }).error, /unknown key "chrat"; known: apiVersions, chart/);
  assert.match(engine.render({ chart: { files: {} }, set: 'a=b' }).error, /set takes a list of strings/);
  assert.match(engine.render({ chart: { archive: '***' } }).error, /not base64/);
  assert.equal(engine.render({ chart: { archive: 'aGVsbG8=' } }).ok, false);
});

test('hostile charts end in a limit, and the module goes on', () => {
  const chart = (template) => ({
    chart: { files: { 'Chart.yaml': '{name: c, version: 1.0.0}', 'templates/a.yaml': template } },
  });
  const hostile = {
    'output-bytes': '{{ repeat 2000000000 "aaaaaaaaaa" }}',
    'list-items': '{{ until 2000000000 }}',
    'stack-depth': '{{ define "x" }}{{ template "x" . }}{{ end }}{{ template "x" . }}',
    steps: '{{ range until 10000000 }}{{ range until 10000000 }}{{ end }}{{ end }}',
  };
  for (const [limit, template] of Object.entries(hostile)) {
    const answer = engine.render({ ...chart(template), limits: limit === 'steps' ? { steps: 1000000 } : {} });
    assert.equal(answer.ok, false, limit);
    assert.match(answer.error, new RegExp(`limit ${limit} `), answer.error);
  }
  for (const recursive of [
    '{{ define "x" }}{{ include "x" . }}{{ end }}{{ include "x" . }}',
    '{{ define "x" }}{{ tpl "{{ include \\"x\\" . }}" . }}{{ end }}{{ include "x" . }}',
    `{{ $d := dict }}{{ $_ := set $d "self" $d }}{{ toYaml $d }}{{ toJson $d }}{{ $d | toString | len }}`,
    `{{ ${'('.repeat(5000)}1${')'.repeat(5000)} }}`,
    `{{ fromYaml (repeat 100000 "[") }}`,
    `{{ fromJson (repeat 100000 "[") }}`,
  ]) {
    engine.render(chart(recursive));
  }
  assert.equal(engine.render(chart('a: b')).ok, true, 'still alive');
});
