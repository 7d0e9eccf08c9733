// Tries inputs on a reader, in a thread with a bounded heap, and watches it: an input that takes too long, too much memory, or ends the thread is a finding as is
// one that the reader's check refuses. Another thread then goes on behind it.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { inputOf } from './mutate.js';
import { Random } from './random.js';
import { readerOf } from './readers.js';

const HEAP_MB = 256;
const LOOK_MS = 100;
/** A thread loads the program and makes the seeds first. */
const START_MS = 60_000;

/**
 * Inputs `first` to `first + count` of `seed`, or those given. Gives back the findings (number, what, bytes), how many inputs gave documents or a value and how many were
 * refused, and the largest resident memory of the process that was seen. Stops after `mostFindings`.
 */
export async function fuzzReader({ reader, seed = 1, first = 0, count = 1000, inputs, limitMs = 10_000, limitMb = 1500, mostFindings = 20, onProgress }) {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'sluice-fuzz-')); // in memory where the system has such a place
  const end = inputs === undefined ? first + count : inputs.length;
  const found = { reader, inputs: 0, fruitful: 0, refused: 0, findings: [], peakMb: 0 };
  try {
    for (let next = inputs === undefined ? first : 0; next < end && found.findings.length < mostFindings;) next = await tryFrom(next);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  found.inputs = found.fruitful + found.refused + found.findings.length;
  return found;

  /** One thread's life; the number at which the next must go on. */
  async function tryFrom(start) {
    const current = new SharedArrayBuffer(3 * 8);
    const progress = new Float64Array(current);
    const worker = new Worker(new URL('./worker.js', import.meta.url), {
      workerData: { reader, seed, first: start, end, current, folder, inputs }, resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
      env: {}, stdout: true, stderr: true,
    });
    const add = async (number, what, bytes) => found.findings.push({ number, what, bytes: bytes ?? await inputAt(number) });
    let ended;
    const end_ = new Promise((resolve) => {
      ended = resolve;
    });
    worker.on('message', ({ kind, number, what, bytes }) => {
      if (kind === 'end') return;
      void add(number, what, Buffer.from(bytes));
      if (found.findings.length >= mostFindings) ended('enough');
    });
    worker.once('error', (error) => ended(`ended the thread: ${error.stack ?? error}`));
    worker.once('exit', () => ended('exit'));
    const tried = () => Math.max(start, progress[0] - 1); // before the first there is only the start of the thread
    let at = progress[0];
    let since = performance.now();
    const look = setInterval(() => {
      const megabytes = process.memoryUsage.rss() / 2 ** 20;
      found.peakMb = Math.max(found.peakMb, megabytes);
      if (progress[0] !== at) [at, since] = [progress[0], performance.now()];
      else if (performance.now() - since > (at === 0 ? START_MS : limitMs)) ended(`took more than ${limitMs} ms`);
      if (megabytes > limitMb) ended(`took more than ${limitMb} MB`);
      onProgress?.({ at: tried(), fruitful: found.fruitful + progress[1], refused: found.refused + progress[2], ...found });
    }, LOOK_MS);
    const why = await end_;
    clearInterval(look);
    await worker.terminate();
    found.fruitful += progress[1];
    found.refused += progress[2];
    if (why === 'enough' || tried() >= end) return end;
    await add(tried(), why === 'exit' ? 'ended the thread' : why);
    return tried() + 1;
  }

  async function inputAt(number) {
    if (inputs !== undefined) return inputs[number];
    const { seeds, tokens, input = inputOf } = readerOf(reader);
    return input(new Random(seed, reader, number), await seeds(), tokens);
  }
}
