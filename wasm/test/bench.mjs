// How long the module takes to start, and a chart to render, first and warm: node wasm/test/bench.mjs CHART.tgz|FOLDER …
// Warm is the best of many, by the clock and by the processor's time: what the machine does besides only ever adds.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { load } from './engine.mjs';

function folder(root, below = '') {
  const files = {};
  for (const name of readdirSync(join(root, below))) {
    const path = below ? `${below}/${name}` : name;
    if (statSync(join(root, path)).isDirectory()) Object.assign(files, folder(root, path));
    else files[path] = { base64: readFileSync(join(root, path)).toString('base64') };
  }
  return files;
}

const engine = await load();
console.log(`start ${engine.startMilliseconds.toFixed(1)} ms`);
for (const chart of process.argv.slice(2)) {
  const archive = statSync(chart).isDirectory() ? undefined : readFileSync(chart);
  const request = { release: { name: 'rel', namespace: 'ns' }, seal: 1 };
  if (!archive) request.chart = { files: folder(chart) };
  const [times, used] = [[], []];
  const until = performance.now() + 3000;
  while (times.length < 5 || performance.now() < until) {
    const [started, before] = [performance.now(), process.cpuUsage()];
    const answer = engine.render(request, archive);
    times.push(performance.now() - started);
    const { user, system } = process.cpuUsage(before);
    used.push((user + system) / 1000);
    if (!answer.ok) throw new Error(answer.error);
  }
  const [first, ...warm] = times;
  const best = (numbers) => Math.min(...numbers).toFixed(2);
  console.log(`${chart}: first ${first.toFixed(1)} ms, warm ${best(warm)} ms, of the processor ${best(used)} ms (${warm.length} times)`);
}
