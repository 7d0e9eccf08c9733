/** `sluice status`: how far a run has come, from its plan and completions; changes nothing. Exit 0 when it is whole, and published where it is to be, else 1. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { PHASES } from '../../pipeline/plan.js';
import { stepsOf, taskKey, tasksOf } from '../../pipeline/tasks.js';
import { isComplete, openRun } from '../../pipeline/task.js';
import { unpublishedFiles } from '../publish-run.js';
import { readPlan } from '../run-folder.js';

export function statusCommand(): Command {
  return new Command('status')
    .description('show how far a run has come')
    .argument('<dir>', "the run's output folder")
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  $ sluice status output/quickstart')
    .action(async (dir: string, { json }: { json?: true }) => {
      const directory = resolve(dir);
      const plan = readPlan(directory);
      const run = openRun(plan);
      let upstream = true; // a step is judged only behind whole ones: its fingerprints depend on them
      const missing: Record<string, string[]> = {};
      for (const { phase, firstRank, endRank } of stepsOf(plan)) {
        const keys: string[] = [];
        for (let rank = firstRank; rank < endRank; rank++) if (!upstream || !isComplete(run, phase, rank)) keys.push(taskKey(plan, phase, rank));
        upstream &&= keys.length === 0;
        missing[phase] = [...(missing[phase] ?? []), ...keys];
      }
      const phases = PHASES.map((phase) => {
        const tasks = tasksOf(plan, phase);
        return { phase, tasks, complete: tasks - (missing[phase]?.length ?? 0), missing: missing[phase] ?? [] };
      });
      const whole = existsSync(join(directory, 'manifest.json'));
      const unpublished = await unpublishedFiles(plan);
      process.exitCode = whole && (unpublished ?? []).length === 0 ? 0 : 1;
      if (json === true) {
        process.stdout.write(`${JSON.stringify({ recipe: plan.recipe.name, fingerprint: plan.recipeFingerprint, whole, phases, ...(plan.publishTo === undefined ? {} : { publishTo: plan.publishTo, unpublished: unpublished ?? null }) }, null, 2)}\n`);
        return;
      }
      const lines = phases.filter(({ tasks }) => tasks > 0).map(({ phase, tasks, complete }) => `${phase.padEnd(10)} ${String(complete).padStart(6)} of ${tasks}`);
      const published = plan.publishTo === undefined ? '' : `${publishedText(plan.publishTo, unpublished)}\n`;
      process.stdout.write(`recipe ${plan.recipe.name}, fingerprint ${plan.recipeFingerprint.slice(0, 16)}\n${lines.join('\n')}\n${whole ? 'whole: manifest.json is written' : 'not whole: run the same command again to continue'}\n${published}`);
    });
}

/** Files that are named; more are counted. */
const MOST_NAMED = 10;

/** `files`: undefined where the run is not whole. */
function publishedText(to: string, files: readonly string[] | undefined): string {
  if (files === undefined) return `not published: ${to} has to wait for the run`;
  if (files.length === 0) return `published: ${to} has all files`;
  const more = files.length > MOST_NAMED ? ` and ${files.length - MOST_NAMED} more` : '';
  return `not published yet to ${to}: ${files.slice(0, MOST_NAMED).join(', ')}${more}; run the same command again to continue`;
}
