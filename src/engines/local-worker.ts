/**
 * A worker thread of the local engine: loads the plan and the user's stages once and runs the tasks it is given. Kernels and models live as long as
 * the thread. Errors cross to the main thread as data, because a structured clone forgets the names of our errors.
 */
import { readFileSync } from 'node:fs';
import { threadId } from 'node:worker_threads';
import { workerData as given } from 'piscina';
import type { PhaseName, Plan } from '../pipeline/plan.js';
import type { Run } from '../pipeline/run.js';
import { openRun, task } from '../pipeline/task.js';
import { useNetwork, type NetworkOptions } from '../storage/network.js';
import { useStageFiles } from './user-stages.js';

export interface WorkerData {
  readonly planFile: string;
  /** Two float64 a worker: documents and bytes that went through its tasks. */
  readonly counters: SharedArrayBuffer;
  /** With the memory that the caps of all threads are kept in. */
  readonly network: NetworkOptions;
}

export interface WorkerTask {
  readonly phase: PhaseName;
  /** First rank of its step: a worker looks at the run anew when a step begins. */
  readonly step: number;
  readonly rank: number;
}

export interface WorkerFailure {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

const { planFile, counters, network } = given as WorkerData; // what local.ts gives its pool
useNetwork(network);
const plan = JSON.parse(readFileSync(planFile, 'utf8')) as Plan; // written by the main thread of this run
const totals = new Float64Array(counters);
const slot = 2 * (threadId % (totals.length / 2));
let stages: Promise<void> | undefined;
let open: { readonly phase: PhaseName; readonly step: number; readonly run: Run } | undefined;

export default async function runTask({ phase, step, rank }: WorkerTask): Promise<WorkerFailure | undefined> {
  if (open?.phase !== phase || open.step !== step) {
    const add = (documents: number, bytes: number): void => {
      totals[slot]! += documents;
      totals[slot + 1]! += bytes;
    };
    open = { phase, step, run: openRun(plan, { progress: { add }, workers: totals.length / 2 }) };
  }
  try {
    await (stages ??= useStageFiles(plan.stageFiles));
    await task(open.run, phase, rank);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { name: error.name, message: error.message, stack: error.stack ?? error.message };
  }
}
