/**
 * The embedded engine: a pool of worker threads on this machine. Phases run one after another, the tasks of a phase in any order on any worker;
 * what crosses between threads is (plan file, phase, rank), two counters, and the network as this thread uses it. A shard that fails is reported and the
 * others go on; a failure in any other phase ends the run there, and so does output that cannot be written, or a server that refuses the run.
 */
import { Piscina } from 'piscina';
import { OutputError, RefusedError } from '../core/errors.js';
import { isComplete, openRun } from '../pipeline/task.js';
import { PHASES, type PhaseName, type Plan } from '../pipeline/plan.js';
import { stepsOf, taskKey, type Step } from '../pipeline/tasks.js';
import { requestGate } from '../storage/http-request.js';
import { network } from '../storage/network.js';
import type { EngineEvents, TaskFailure } from './engine.js';
import type { WorkerData, WorkerFailure, WorkerTask } from './local-worker.js';

export interface LocalEngineOptions {
  /** Worker threads; 1 or more. */
  readonly workers: number;
  readonly events?: EngineEvents;
  readonly signal?: AbortSignal;
}

/** Named with each task rather than with the pool: a worker that gets no task then loads nothing, and Node aborts when a thread is ended while it loads. */
const WORKER = new URL('./local-worker.js', import.meta.url).href;

/** How often the counters are read for `progress`. */
const PROGRESS_MS = 200;

/** Runs every task that is not complete; gives the failed ones. Throws OutputError, RefusedError, and the abort reason when `signal` fires. */
export async function runLocally(plan: Plan, planFile: string, { workers, events = {}, signal }: LocalEngineOptions): Promise<readonly TaskFailure[]> {
  const counters = new SharedArrayBuffer(2 * Float64Array.BYTES_PER_ELEMENT * workers);
  const workerData: WorkerData = { planFile, counters, network: network() };
  const pool = new Piscina<WorkerTask, WorkerFailure | undefined>({
    minThreads: workers, maxThreads: workers, workerData,
    idleTimeout: Number.POSITIVE_INFINITY, atomics: 'disabled',
  });
  const failures: TaskFailure[] = [];
  try {
    for (const phase of PHASES) {
      signal?.throwIfAborted();
      const steps = stepsOf(plan).filter((step) => step.phase === phase);
      const failed = steps.length === 0 ? [] : await runPhase(pool, plan, phase, steps, counters, events, signal);
      failures.push(...failed);
      if (failed.length > 0 && phase !== 'curate') break;
      if (phase === 'curate' && failed.length === plan.shards.length) break;
    }
  } finally {
    await pool.destroy();
  }
  return failures;
}

async function runPhase(
  pool: Piscina<WorkerTask, WorkerFailure | undefined>, plan: Plan, phase: PhaseName, steps: readonly Step[], counters: SharedArrayBuffer,
  events: EngineEvents, signal?: AbortSignal,
): Promise<TaskFailure[]> {
  const tasks = { ended: 0, all: steps.reduce((sum, { firstRank, endRank }) => sum + endRank - firstRank, 0) };
  const failures = new Map<number, TaskFailure>();
  const started = sumOf(counters);
  const report = (): void => {
    const now = sumOf(counters);
    events.progress?.(phase, now.documents - started.documents, now.bytes - started.bytes);
  };
  const timer = setInterval(report, PROGRESS_MS);
  try {
    for (const [i, step] of steps.entries()) {
      const run = openRun(plan); // a new view, as each step reads what the one before wrote
      const ranks = Array.from({ length: step.endRank - step.firstRank }, (_, rank) => step.firstRank + rank);
      const wanted = ranks.filter((rank) => (phase !== 'record' && phase !== 'compare') || run.completion('curate', rank) !== undefined); // nothing to do for a failed shard
      const open = wanted.filter((rank) => !isComplete(run, phase, rank));
      tasks.all -= ranks.length - wanted.length;
      tasks.ended += wanted.length - open.length;
      if (i === 0) events.phaseStarted?.(phase, tasks.all, tasks.ended);
      await runStep(pool, plan, step, open, failures, tasks, events, signal);
      signal?.throwIfAborted();
      if (failures.size > 0) break;
    }
  } finally {
    clearInterval(timer);
  }
  report();
  events.phaseEnded?.(phase);
  return [...failures].sort(([a], [b]) => a - b).map(([, failure]) => failure); // reports do not depend on which worker was first
}

/** Runs the open tasks of a step; failed ones go to `failures` by rank. Throws OutputError and RefusedError. */
async function runStep(
  pool: Piscina<WorkerTask, WorkerFailure | undefined>, plan: Plan, { phase, firstRank }: Step, open: readonly number[], failures: Map<number, TaskFailure>,
  tasks: { ended: number; readonly all: number }, events: EngineEvents, signal?: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const queue = open.values();
  const abandon = (): void => void pool.destroy(); // ends running tasks at once: their attempts leave temporary files alone
  signal?.addEventListener('abort', abandon, { once: true });
  const work = async (): Promise<void> => {
    for (const rank of queue) {
      const task = nameOf(plan, phase, rank);
      const failed = await pool.run({ phase, step: firstRank, rank }, { filename: WORKER }).catch((error: unknown) => {
        requestGate().freeThreads(pool.threads.map(({ threadId }) => threadId)); // what a dead worker held
        return failureOf(error);
      });
      if (signal?.aborted === true || stop.signal.aborted) return;
      if (failed === undefined) {
        tasks.ended += 1;
        events.taskEnded?.(phase, task, tasks.ended, tasks.all);
      } else if (failed.name === 'OutputError') {
        stop.abort(new OutputError(failed.message));
      } else if (failed.name === 'RefusedError') {
        stop.abort(new RefusedError(failed.message));
      } else {
        const failure = { phase, task, message: EXPECTED.includes(failed.name) ? failed.message : failed.stack };
        failures.set(rank, failure);
        events.taskFailed?.(failure);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: pool.options.maxThreads }, work));
  } finally {
    signal?.removeEventListener('abort', abandon);
  }
  signal?.throwIfAborted();
  if (stop.signal.aborted) throw stop.signal.reason;
}

const nameOf = (plan: Plan, phase: PhaseName, rank: number): string =>
  phase === 'curate' || phase === 'compare' || phase === 'record' ? plan.shards[rank]!.name : taskKey(plan, phase, rank); // rank < tasksOf

/** Errors whose message says it all; anything else is a bug, shown with its stack. */
const EXPECTED = ['ShardError', 'ConfigError', 'MixtureError'];

/** A worker that died (out of memory, a crash) rather than reported. */
function failureOf(error: unknown): WorkerFailure {
  const message = error instanceof Error ? error.message : String(error);
  return { name: 'Error', message, stack: error instanceof Error ? (error.stack ?? message) : message };
}

function sumOf(counters: SharedArrayBuffer): { documents: number; bytes: number } {
  const values = new Float64Array(counters);
  let documents = 0;
  let bytes = 0;
  for (let i = 0; i < values.length; i += 2) {
    documents += values[i]!;
    bytes += values[i + 1]!;
  }
  return { documents, bytes };
}
