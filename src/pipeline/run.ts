/**
 * What a task sees of the run it belongs to: the plan, the run's folder, and the completions of the phases before it. Fingerprints are derived here:
 * a task's covers the code, its own inputs and the checksums of every upstream output it reads, so a change upstream that changes nothing stops there.
 */
import { join } from 'node:path';
import { fingerprintOf } from '../core/canonical-json.js';
import type { WrittenFile } from '../formats/atomic-file.js';
import { readCompletion, type Completion, type TaskOutput } from './completion.js';
import { CompletionMemory } from './completion-memory.js';
import { taskMemory, type TaskMemory } from './memory.js';
import type { PhaseName, Plan } from './plan.js';
import { taskKey, tasksOf } from './tasks.js';

/** Counts for a progress display: documents and bytes of text that went through tasks, whatever the phase. */
export interface Progress {
  add(documents: number, bytes: number): void;
}

export interface RunOptions {
  readonly progress?: Progress;
  /** Tasks that share the plan's memory. Default: 1. */
  readonly workers?: number;
}

/** One phase of the main job: what its tasks depend on, and what they do. */
export interface Phase<Result = unknown> {
  readonly name: PhaseName;
  /** Plain JSON that changes when the task's outputs would; the code version is added. */
  inputs(run: Run, rank: number): unknown;
  /** Does the work. Outputs must be committed when it returns; on an error nothing of the attempt may stay. */
  execute(run: Run, rank: number): Promise<PhaseOutput<Result>>;
}

export interface PhaseOutput<Result> {
  /** By role. */
  readonly outputs: Readonly<Record<string, WrittenFile>>;
  readonly result: Result;
}

export class Run {
  readonly plan: Plan;
  readonly progress: Progress;
  /** What one task may take. */
  readonly memory: TaskMemory;
  readonly #phases: ReadonlyMap<PhaseName, Phase>;
  readonly #fingerprints = new Map<string, string>();
  readonly #completions: CompletionMemory;
  readonly #upstream = new Map<string, unknown>();
  #firstRows: Float64Array | undefined;

  constructor(plan: Plan, phases: ReadonlyMap<PhaseName, Phase>, { progress = { add: () => undefined }, workers = 1 }: RunOptions = {}) {
    this.plan = plan;
    this.progress = progress;
    this.memory = taskMemory(plan, workers);
    this.#completions = new CompletionMemory((at) => {
      const [phase, rank] = at.split('/') as [PhaseName, string]; // as `completion` puts them together
      return readCompletion(plan.directory, phase, taskKey(plan, phase, Number(rank)), this.fingerprint(phase, Number(rank)));
    });
    this.#phases = phases;
  }

  /** Absolute path of a file in the run's folder. */
  path(...parts: string[]): string {
    return join(this.plan.directory, ...parts);
  }

  /** Absolute path for an output of a task between phases. */
  workPath(phase: PhaseName, rank: number, ending: string): string {
    return this.path('work', phase, `${taskKey(this.plan, phase, rank)}.${ending}`);
  }

  /** Absolute path of an output that a completion names. */
  outputPath(completion: Completion, role: string): string {
    const output = completion.outputs[role];
    if (output === undefined) throw new Error(`completion names ${Object.keys(completion.outputs).join(', ') || 'nothing'}, expected ${role}`);
    return this.path(output.path);
  }

  fingerprint(phase: PhaseName, rank: number): string {
    const at = `${phase}/${rank}`;
    let fingerprint = this.#fingerprints.get(at);
    if (fingerprint === undefined) {
      fingerprint = fingerprintOf({ phase, code: this.plan.code, inputs: this.#phases.get(phase)!.inputs(this, rank) }); // every phase name has its phase
      this.#fingerprints.set(at, fingerprint);
    }
    return fingerprint;
  }

  /** The completion of a task, when it is there and fits; remembered, so ask only for phases that have ended. */
  completion<Result>(phase: PhaseName, rank: number): Completion<Result> | undefined {
    const at = `${phase}/${rank}`;
    return this.#completions.get(at) as Completion<Result> | undefined; // the phase that reads it knows what the other wrote
  }

  /** Of a number for each shard, the sum of those before it, and behind the last the sum of all; taken once, when `curate` has ended. Do not change it. */
  firstRows(rowsOf: (shard: number) => number): Float64Array {
    if (this.#firstRows === undefined) {
      this.#firstRows = new Float64Array(this.plan.shards.length + 1);
      for (let shard = 0; shard < this.plan.shards.length; shard++) this.#firstRows[shard + 1] = this.#firstRows[shard]! + rowsOf(shard);
    }
    return this.#firstRows;
  }

  /** The same, of a task that must have ended: the engine runs no phase behind a failed one, but for failed shards. */
  completed<Result>(phase: PhaseName, rank: number): Completion<Result> {
    const completion = this.completion<Result>(phase, rank);
    if (completion === undefined) throw new Error(`task ${taskKey(this.plan, phase, rank)} of phase ${phase} has not ended`);
    return completion;
  }

  /** Checksums of some outputs of the tasks `from .. to` of a phase (default: all), for the inputs of a later one; null for a task that failed. */
  checksums(phase: PhaseName, roles: readonly string[], from = 0, to = tasksOf(this.plan, phase)): unknown {
    const at = `${phase}:${roles.join()}:${from}:${to}`;
    let sums = this.#upstream.get(at);
    if (sums === undefined) {
      sums = fingerprintOf(Array.from({ length: to - from }, (_, i) => {
        const rank = from + i;
        const outputs = this.completion(phase, rank)?.outputs;
        return outputs === undefined ? null : [taskKey(this.plan, phase, rank), ...roles.map((role) => outputs[role]?.crc32 ?? null)];
      }));
      this.#upstream.set(at, sums);
    }
    return sums;
  }

  /** Outputs as a completion names them. */
  relative(outputs: Readonly<Record<string, WrittenFile>>): Record<string, TaskOutput> {
    const prefix = join(this.plan.directory, '/');
    return Object.fromEntries(Object.entries(outputs).map(([role, { path, bytes, crc32 }]) => {
      if (!path.startsWith(prefix)) throw new Error(`output ${path} is outside ${this.plan.directory}`);
      return [role, { path: path.slice(prefix.length), bytes, crc32 }];
    }));
  }
}
