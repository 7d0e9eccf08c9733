/** From the command line of `sluice audit` to its plan: the recipe that it stands for, and how the folder's plan follows from it. Opens no file. */
import { resolve } from 'node:path';
import { ConfigError } from '../core/errors.js';
import type { Plan } from '../pipeline/plan.js';
import { auditLevels, auditLsh, type AuditOptions } from './audit-options.js';
import { loadPlan } from './load-recipe.js';
import { sourcesOfPaths } from './path-sources.js';
import { recipeOfPaths } from './paths-recipe.js';

export interface PlannedAudit {
  /** Sources under --against; they are audited with the others, in one order. */
  readonly against: readonly string[];
  /** Absolute paths of all that is read. */
  readonly inputs: ReadonlySet<string>;
  readonly shards: number;
  /** The plan of the work in a folder; every call gives the same but for it. */
  planIn(directory: string): Promise<Plan>;
}

/** Errors: ConfigError where a path is not there or not read, or an option does not fit the others. */
export async function planAudit(paths: readonly string[], options: AuditOptions): Promise<PlannedAudit> {
  const found = await sourcesOfPaths(paths, options.against, { text: options.textField });
  const { threshold, verify, shingle, signature, workers, memory } = options;
  const { recipe } = recipeOfPaths({
    name: 'audit', paths: { ...found, against: [] }, command: 'sluice audit',
    dedup: { methods: ['exact', 'minhash'], threshold, verify, shingle, signature, ...auditLsh(options), keep: 'source,longest' },
  });
  const planIn = (directory: string): Promise<Plan> => loadPlan(recipe, { output: directory, job: 'audit', levels: auditLevels(threshold), overlap: found.against, sample: options.sample, workers, memory });
  const { shards, memory: all } = await planIn('.');
  expectSample(options, all);
  return { against: found.against, inputs: new Set(shards.flatMap(({ files }) => files.map(({ path }) => resolve(path)))), shards: shards.length, planIn };
}

/** What a worker holds of a drawn document: signature, tables, paragraphs. */
const DRAWN_BYTES = 4000;

/** Throws ConfigError where the drawn documents would take more than half of the memory. */
function expectSample({ sample = 0, workers }: Pick<AuditOptions, 'sample' | 'workers'>, memory: number): void {
  const most = Math.floor(memory / 2 / workers / DRAWN_BYTES);
  if (sample > most) throw new ConfigError(`--sample: found ${sample}, expected at most ${most} with ${workers} worker${workers === 1 ? '' : 's'} and --memory of ${Math.round(memory / 1e6)} MB`);
}
