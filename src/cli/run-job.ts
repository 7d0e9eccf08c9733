/**
 * Runs the tasks of a job that prepares a corpus (sizes for a mixture) in the corpus's own folder: what is there is used, what is made is there
 * for `sluice run`. The folder is locked, an interrupt stops at the next safe point; corpus and manifest stay as they are.
 */
import { ShardError } from '../core/errors.js';
import type { TaskFailure } from '../engines/engine.js';
import { runLocally } from '../engines/local.js';
import type { PhaseName, Plan } from '../pipeline/plan.js';
import type { Run } from '../pipeline/run.js';
import { openRun } from '../pipeline/task.js';
import { inOwnFolder } from './own-folder.js';
import { onlyPhases, showProgress } from './progress.js';
import { writePlan } from './run-folder.js';

export interface RunJobOptions {
  readonly workers: number;
  /** Phases whose progress is shown: those that were not shown before. Default: all. */
  readonly show?: readonly PhaseName[];
  /** Told of the shards that could not be read, where the job ended without them. Absent: one that cannot be read is an error. */
  readonly failedShards?: (failures: readonly TaskFailure[]) => void;
}

/** The run as the job left it. Errors: ConfigError where the folder is not a run's, ShardError where the job stopped before its end or a shard failed that it may not go on without. */
export async function runJob(plan: Plan, { workers, show, failedShards }: RunJobOptions): Promise<Run> {
  return inOwnFolder(plan, async (signal) => {
    const progress = showProgress(process.stderr);
    const events = show === undefined ? progress : onlyPhases(progress, show);
    const failures = await runLocally(plan, writePlan(plan), { workers, events, signal });
    const run = openRun(plan);
    const goesOn = failedShards !== undefined && failures.every(({ phase }) => phase === 'curate') && plan.shards.some((_, rank) => run.completion('curate', rank) !== undefined);
    if (failures.length > 0 && !goesOn) throw new ShardError(['stopped before the end:', ...failures.map(({ phase, task, message }) => `  ${phase} ${task}: ${message}`)].join('\n'));
    if (failures.length > 0) failedShards?.(failures);
    return run;
  });
}
