// The thread in which inputs are tried: one after another, telling the main thread by shared memory which one it is at, so that one that never ends is known.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { inputOf } from './mutate.js';
import { makeFilesPrompt } from './prompt-files.js';
import { Random } from './random.js';
import { readerOf } from './readers.js';

const { reader: name, seed, first, end, current, folder: parent, inputs } = workerData;
const progress = new Float64Array(current); // the input being tried, one more than its number; inputs that gave documents or a value; those refused
const reader = readerOf(name);
const folder = mkdtempSync(join(parent, 'input-'));
const seeds = await reader.seeds(); // before files are prompt: writers that make seeds use all of node:fs
makeFilesPrompt();
await tryAll();
rmSync(folder, { recursive: true, force: true });
parentPort.postMessage({ kind: 'end' });

async function tryAll() {
  for (let number = first; number < end; number++) {
    progress[0] = number + 1;
    const random = new Random(seed, name, number);
    const bytes = inputs === undefined ? (reader.input ?? inputOf)(random, seeds, reader.tokens) : Buffer.from(inputs[number]); // messages carry plain arrays
    try {
      const fruitful = await reader.check(bytes, { folder, random, write: (file, content = bytes) => write(file, content) });
      progress[fruitful ? 1 : 2]++;
    } catch (error) {
      parentPort.postMessage({ kind: 'finding', number, what: String(error?.stack ?? error), bytes });
    }
    if (number % 256 === 255) await new Promise((resolve) => setImmediate(resolve)); // lets streams end and memory go
  }
  progress[0] = end + 1;
}

function write(file, content) {
  const path = join(folder, file);
  writeFileSync(path, content);
  return { path, name: file, bytes: content.length };
}
