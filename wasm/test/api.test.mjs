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
  assert.match(answer.manifest, /image: \S+\/demo:9\.9/);
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
  assert.equal(engine.render(chart('a: b')).ok, true, 'still alive');
});

// A module cannot catch the end of its stack: whatever is deep must meet a limit first, with room to spare for frames
// not yet compiled by the optimiser, which are larger. `node --stack-size=600` leaves a third of the default away.
const many = (count, open, middle, close) => open.repeat(count) + middle + close.repeat(count);
const recursive = {
  include: '{{ define "x" }}{{ include "x" . }}{{ end }}{{ include "x" . }}',
  'include in tpl': '{{ define "x" }}{{ tpl "{{ include \\"x\\" . }}" . }}{{ end }}{{ include "x" . }}',
  'everything at once': `{{ define "x" }}{{ range list 1 }}{{ with $ }}{{ if true }}{{ if false }}{{ else if (print (print (tpl "{{ include \\"x\\" . }}" $) | default (list (dict "a" 1)))) }}{{ end }}{{ end }}{{ end }}{{ end }}{{ end }}{{ include "x" . }}`,
  'template in template': '{{ define "x" }}{{ with $ }}{{ range list 1 }}{{ template "x" $ }}{{ end }}{{ end }}{{ end }}{{ template "x" . }}',
  parentheses: `{{ ${many(5000, '(', '1', ')')} }}`,
  'parentheses below the limit': `{{ ${many(480, '(', '1', ')')} }}`,
  'calls below the limit': `{{ ${many(180, '(print ', '1', ')')} }}`,
  blocks: many(5000, '{{ if true }}', 'a: b', '{{ end }}'),
  'blocks below the limit': many(390, '{{ with $ }}', 'a: b', '{{ end }}'),
  'else if': `{{ if false }}${'{{ else if false }}'.repeat(5000)}{{ end }}`,
  'a cyclic map': '{{ $d := dict }}{{ $_ := set $d "self" $d }}{{ toYaml $d }}{{ toJson $d }}{{ toToml $d }}{{ $d | toString | len }}{{ deepCopy $d | len }}',
  'cyclic maps compared': '{{ $d := dict }}{{ $_ := set $d "self" $d }}{{ $e := dict }}{{ $_ := set $e "self" $e }}{{ deepEqual $d $e }}{{ eq $d $e }}',
  'cyclic maps merged': '{{ $d := dict }}{{ $_ := set $d "self" $d }}{{ $e := dict }}{{ $_ := set $e "self" $e }}{{ merge $d $e | len }}{{ mergeOverwrite $e $d | len }}',
  'a cyclic list': '{{ $d := dict }}{{ $_ := set $d "l" (list $d) }}{{ toYaml $d }}{{ toPrettyJson $d }}{{ printf "%v %+v %#v" $d $d $d }}',
  'YAML lists': '{{ fromYaml (repeat 100000 "[") }}',
  'YAML maps': '{{ fromYaml (repeat 100000 "{a: ") }}',
  'YAML dashes': '{{ fromYaml (repeat 100000 "- ") }}',
  'YAML dashes below the limit': '{{ toYaml (fromYamlArray (repeat 450 "- ")) }}',
  JSON: '{{ fromJson (repeat 100000 "[") }}{{ fromJson (repeat 100000 "{\\"a\\":") }}',
  'JSON there and back': '{{ $t := print (repeat 9000 "[") (repeat 9000 "]") }}{{ $v := fromJsonArray $t }}{{ toYaml $v }}{{ toJson $v }}{{ toString $v | len }}',
  TOML: '{{ fromToml (print "a = " (repeat 100000 "[")) }}{{ fromToml (print (repeat 50000 "[") "a" (repeat 50000 "]")) }}{{ fromToml (print (repeat 20000 "a.") "b = 1") }}',
  'a deep value': '{{ $d := dict }}{{ range until 1000 }}{{ $d = dict "a" $d "b" (list $d) }}{{ end }}{{ $e := dict }}{{ range until 1000 }}{{ $e = dict "a" $e }}{{ end }}{{ toYaml $e | len }}{{ toJson $e | len }}{{ toToml $e | len }}{{ $e | toString | len }}{{ deepCopy $e | len }}{{ deepEqual $e (deepCopy $e) }}{{ merge (dict) $e | len }}{{ toYamlPretty $e | len }}',
  'a very deep value': '{{ $e := dict }}{{ range until 200000 }}{{ $e = dict "a" $e }}{{ end }}{{ toYaml $e | len }}{{ toJson $e | len }}{{ $e | toString | len }}{{ deepCopy $e | len }}',
  'a very deep list': '{{ $e := list }}{{ range until 200000 }}{{ $e = list $e }}{{ end }}{{ $e | toString | len }}{{ has 1 $e }}{{ toJson $e | len }}',
  regexp: '{{ regexMatch (print (repeat 990 "(") "a" (repeat 990 ")")) "a" }}{{ regexMatch (repeat 100000 "(") "a" }}{{ regexMatch (print (repeat 990 "(?:") "a" (repeat 990 ")*")) "aaa" }}',
  'an output of depth': many(2000, '[', '', ']'),
};
for (const [name, template] of Object.entries(recursive)) {
  test(`recursion ends before the stack does: ${name}`, () => {
    const files = { 'Chart.yaml': '{name: c, version: 1.0.0}', 'templates/a.yaml': template };
    const answer = engine.render({ chart: { files } });
    assert.equal(typeof answer.ok, 'boolean');
    assert.doesNotMatch(answer.error ?? '', /function "/, 'the test is one');
    assert.equal(engine.render({ chart: { files: { ...files, 'templates/a.yaml': 'a: b' } } }).ok, true, 'still alive');
  });
}

test('recursion ends before the stack does: files of a chart', () => {
  const deep = {
    'values.yaml': many(20000, '{a: ', '1', '}'),
    'values.schema.json': many(9000, '{"not":', 'true', '}'),
    'templates/a.yaml': many(5000, '- ', '', ''),
    'crds/a.yaml': many(5000, '- ', '', ''),
    'Chart.yaml': `{name: c, version: 1.0.0, annotations: ${many(5000, '[', '', ']')}}`,
  };
  for (const [name, text] of Object.entries(deep)) {
    const files = { 'Chart.yaml': '{name: c, version: 1.0.0}', [name]: text };
    assert.equal(typeof engine.render({ chart: { files } }).ok, 'boolean', name);
  }
  const files = {
    'Chart.yaml': '{name: c, version: 1.0.0}',
    'values.schema.json': '{"$defs": {"d": {"anyOf": [{"$ref": "#/$defs/e"}]}, "e": {"allOf": [{"$ref": "#/$defs/d"}]}}, "$ref": "#/$defs/d"}',
  };
  engine.render({ chart: { files } });
  files['values.schema.json'] = '{"properties": {"a": {"$ref": "#"}}, "additionalProperties": {"$ref": "#"}}';
  for (const depth of [400, 490, 5000]) engine.render({ chart: { files }, values: [many(depth, '{a: ', '1', '}')] });
  engine.render({ chart: { files: { 'Chart.yaml': '{name: c, version: 1.0.0}' } }, set: [`${'a.'.repeat(20000)}b=1`, `${'{'.repeat(20000)}`] });
  engine.render({ chart: { files: { 'Chart.yaml': '{name: c, version: 1.0.0}' } }, setJson: [`a=${'['.repeat(100000)}`] });
  assert.equal(engine.render({ chart: { files: { 'Chart.yaml': '{name: c, version: 1.0.0}' } } }).ok, true, 'still alive');
});
