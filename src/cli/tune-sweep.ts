/**
 * Removes what tuning has no use for any more: pools of other sources or targets, and proxies of other texts or another version. Proxies of other mixtures stay, so
 * that a larger swarm and a verification start from them.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonFile } from '../formats/json-file.js';
import { removeFile } from '../formats/temporary-file.js';
import { completionPath } from '../pipeline/completion.js';
import { textsOfRun } from '../pipeline/phases/proxy.js';
import type { Run } from '../pipeline/run.js';
import { taskKey, tasksOf } from '../pipeline/tasks.js';

/** Behind a job that ended. */
export function sweepTuning(run: Run): void {
  const texts = textsOfRun(run);
  for (const phase of ['pool', 'target', 'proxy'] as const) {
    const named = new Set(Array.from({ length: tasksOf(run.plan, phase) }, (_, rank) => [
      completionPath(phase, taskKey(run.plan, phase, rank)), ...Object.values(run.completed(phase, rank).outputs).map(({ path }) => path),
    ]).flat());
    for (const path of filesIn(run, join('work', phase))) {
      if (named.has(path) || (phase === 'proxy' && textsOfProxy(run.path(path)) === texts)) continue;
      removeFile(run.path(path));
    }
  }
}

function filesIn(run: Run, folder: string): string[] {
  return readdirSync(run.path(folder), { withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => join(folder, name));
}

/** Undefined where the file is no completion of a proxy. */
function textsOfProxy(path: string): unknown {
  const completion = readJsonFile(path);
  if (typeof completion !== 'object' || completion === null || !('result' in completion)) return undefined;
  const { result } = completion;
  return typeof result === 'object' && result !== null && 'texts' in result ? result.texts : undefined;
}
