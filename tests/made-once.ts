/** Makes something once for all test files of a run, in the folder that they share (shared-folder.ts): the first to ask makes it, the others wait. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PATIENCE_MS = 110_000;

/** `make` is handed an empty folder, and returns JSON about what it put there. Where it throws, so does every other file that asks. */
export function madeOnce<Made>(name: string, make: (folder: string) => Made): Made {
  const folder = join(process.env['SLUICE_TEST_FOLDER']!, name); // set by the global setup
  const done = `${folder}.json`;
  try {
    mkdirSync(folder);
  } catch {
    return waitFor<Made>(done);
  }
  let result: { made: Made } | { failed: string };
  try {
    result = { made: make(folder) };
  } catch (error) {
    result = { failed: String(error) };
  }
  writeFileSync(`${done}.tmp`, JSON.stringify(result));
  renameSync(`${done}.tmp`, done);
  return resultOf<Made>(done);
}

function waitFor<Made>(done: string): Made {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  const started = performance.now();
  while (!existsSync(done)) {
    if (performance.now() - started > PATIENCE_MS) throw new Error(`${done}: not made in ${PATIENCE_MS} ms`);
    Atomics.wait(pause, 0, 0, 100);
  }
  return resultOf<Made>(done);
}

function resultOf<Made>(done: string): Made {
  const result = JSON.parse(readFileSync(done, 'utf8')) as { made: Made } | { failed: string }; // written above
  if ('failed' in result) throw new Error(result.failed);
  return result.made;
}
