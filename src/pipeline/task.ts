/**
 * Runs one task of a plan, or finds that it has been run: the one function that every engine calls. A task reads and writes files and nothing else,
 * so it may run in a worker, another process or another machine, and again after it was killed.
 */
import { join } from 'node:path';
import { removeFile } from '../formats/temporary-file.js';
import { completionPath, writeCompletion, type Completion } from './completion.js';
import { PHASE_LIST } from './phases/index.js';
import type { TrainResult } from './phases/train.js';
import type { PhaseName, Plan } from './plan.js';
import { taskKey } from './tasks.js';
import { Run, type RunOptions } from './run.js';

const phases = new Map(PHASE_LIST.map((phase) => [phase.name, phase]));

/** A view of the run as it is now; make a new one when a phase has ended. */
export function openRun(plan: Plan, options?: RunOptions): Run {
  return new Run(plan, phases, options);
}

/** Whether there is nothing to do for the task: it ended, what it depends on has not changed, and it could read all that it wanted. */
export function isComplete(run: Run, phase: PhaseName, rank: number): boolean {
  return isFinal(run.completion(phase, rank));
}

/** A model that was trained without some shards is good for the run that trained it; the next run tries again. */
const isFinal = (done: Completion | undefined): done is Completion => done !== undefined && (done.result as Partial<TrainResult> | undefined)?.unread === undefined; // no other result has one

/**
 * Runs the task and writes its completion, last. Throws ShardError, ConfigError or OutputError as the stages do; the completion of an
 * earlier attempt is removed first, so that outputs and completion can never be of two attempts.
 */
export async function task(run: Run, phase: PhaseName, rank: number): Promise<Completion> {
  const done = run.completion(phase, rank);
  if (isFinal(done)) return done;
  const { directory } = run.plan;
  const key = taskKey(run.plan, phase, rank);
  const fingerprint = run.fingerprint(phase, rank);
  removeFile(join(directory, completionPath(phase, key)));
  const { outputs, result } = await phases.get(phase)!.execute(run, rank); // every phase name has its phase
  const completion = { fingerprint, outputs: run.relative(outputs), result };
  writeCompletion(directory, phase, key, completion);
  return completion;
}
