/**
 * Runs a plan to its end and prints what came of it: what `sluice run` and `sluice dedup` share. The folder is locked, an interrupt stops at the next
 * safe point, and shards that failed are listed while the corpus is made of the others.
 */
import { relative } from 'node:path';
import { ConfigError, ShardError } from '../core/errors.js';
import { runLocally } from '../engines/local.js';
import type { Plan } from '../pipeline/plan.js';
import type { ReportData } from '../reports/report-data.js';
import { renderSummary } from '../reports/summary.js';
import { expectIndexTarget, publishIndex } from './dedup-index.js';
import { finishRun } from './finish-run.js';
import { inOwnFolder } from './own-folder.js';
import { showProgress } from './progress.js';
import { expectDestination, publishRun } from './publish-run.js';
import { planPath, removeResults, writePlan } from './run-folder.js';

export interface RunPlanOptions {
  readonly workers: number;
  /** Print the manifest instead of a table. */
  readonly json: boolean;
  /** Where an index of the documents kept goes, for later runs. */
  readonly writeIndex?: string | undefined;
  /** The table. Default: sources, weights and epochs. */
  readonly render?: (data: ReportData) => string;
}

/** Sets the exit code 1 where shards failed. Errors: ConfigError where the folder or a model is wrong, ShardError where the run stopped before its end. */
export async function runPlan(plan: Plan, { workers, json, writeIndex, render = renderSummary }: RunPlanOptions): Promise<void> {
  if (writeIndex !== undefined) expectIndexTarget(plan, writeIndex);
  await expectDestination(plan);
  await inOwnFolder(plan, async (signal) => {
    writePlan(plan);
    removeResults(plan.directory);
    const failures = await runLocally(plan, planPath(plan.directory), { workers, events: showProgress(process.stderr), signal });
    const finished = finishRun(plan, failures);
    if (finished === undefined) {
      const fromFiles = failures.filter(({ phase, task }) => phase === 'train' && plan.recipe.models[task]?.kind === 'file');
      if (fromFiles.length > 0) throw new ConfigError(fromFiles.map(({ task, message }) => `models.${task}: ${message}`).join('\n')); // nothing was read
      throw new ShardError(['the run stopped before the corpus was whole:', ...failures.map(({ phase, task, message }) => `  ${phase} ${task}: ${message}`)].join('\n'));
    }
    process.stdout.write(json ? `${JSON.stringify(finished.manifest, null, 2)}\n` : render({ ...finished.data, directory: shortPath(plan.directory) }));
    if (failures.length > 0) {
      process.stderr.write(`${failures.length} of ${plan.shards.length} shards failed, the corpus was made of the others:\n`);
      for (const { task, message } of failures) process.stderr.write(`  ${task}: ${message}\n`);
      process.exitCode = 1;
    }
    const read = (finished.data.trainedWithout ?? []).filter((shard) => !failures.some(({ task }) => task === shard));
    if (read.length > 0) { // by now: another corpus comes of the same input, and nobody would know
      process.stderr.write(`models were trained without ${read.length} shard${read.length === 1 ? '' : 's'} that could not be read then; the same command trains them again:\n${read.map((shard) => `  ${shard}\n`).join('')}`);
      process.exitCode = 1;
    }
    if (writeIndex !== undefined) process.stderr.write(publishIndex(plan, writeIndex, failures));
    await publishRun(plan, (line) => process.stderr.write(`${line}\n`), signal);
  });
}

/** As a user would name it from here. */
function shortPath(directory: string): string {
  const path = relative(process.cwd(), directory);
  return path === '' || path.startsWith('..') ? directory : path;
}
