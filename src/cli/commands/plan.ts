/** `sluice plan`: the tasks of a recipe, what they will cost, and what its MinHash setting finds; reads the recipe and the sizes of files, writes nothing. */
import { Command } from 'commander';
import { loadUserStages } from '../../engines/user-stages.js';
import { estimate } from '../../pipeline/estimate.js';
import { PHASES } from '../../pipeline/plan.js';
import { tasksOf } from '../../pipeline/tasks.js';
import { lshSentence, lshSummary, lshTable } from '../../reports/lsh-summary.js';
import { describeBytes } from '../../reports/table.js';
import { crawlReads, crawlReadsLine } from '../crawl-reads.js';
import { loadPlan, loadRecipe } from '../load-recipe.js';
import { memoryOption, stagesOption, workersOption } from '../options.js';

interface Options {
  readonly workers: number;
  readonly memory?: number;
  readonly stages: readonly string[];
  readonly json?: true;
}

export function planCommand(): Command {
  return new Command('plan')
    .description('show the tasks of a recipe with estimates of memory, disk and time; writes nothing')
    .argument('<recipe>', 'a recipe in YAML')
    .addOption(workersOption())
    .addOption(memoryOption())
    .addOption(stagesOption())
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  $ sluice plan pipelines/quickstart.yaml')
    .action(async (file: string, { workers, memory, stages, json }: Options) => {
      const stageFiles = await loadUserStages(stages);
      const recipe = loadRecipe(file);
      const plan = await loadPlan(recipe, { workers, memory, stageFiles, onlyLook: true });
      const cost = estimate(plan, workers);
      const lsh = recipe.dedup?.minhash === undefined ? undefined : lshSummary(recipe.dedup.minhash);
      const phases = PHASES.map((phase) => ({ phase, tasks: tasksOf(plan, phase) }));
      const sources = Object.keys(plan.recipe.sources).map((source) => {
        const shards = plan.shards.filter((shard) => shard.source === source);
        return { source, shards: shards.length, files: shards.reduce((sum, shard) => sum + shard.files.length, 0), bytes: shards.flatMap((shard) => shard.files).reduce((sum, { bytes }) => sum + bytes, 0) };
      });
      const crawls = crawlReads(plan);
      if (json === true) {
        process.stdout.write(`${JSON.stringify({ fingerprint: plan.recipeFingerprint, ...(plan.publishTo === undefined ? {} : { publishTo: plan.publishTo }), sources, ...(crawls.length === 0 ? {} : { crawls }), phases, ...(lsh === undefined ? {} : { lsh }), estimate: { workers, ...cost } }, null, 2)}\n`);
        return;
      }
      const lines = [
        `recipe ${plan.recipe.name}, fingerprint ${plan.recipeFingerprint.slice(0, 16)}, seed ${plan.recipe.seed}`,
        '', 'source       shards    files     stored',
        ...sources.map(({ source, shards, files, bytes }) => `${source.padEnd(12)} ${String(shards).padStart(6)}  ${String(files).padStart(7)}  ${describeBytes(bytes).padStart(9)}`),
        ...(crawls.length === 0 ? [] : ['', ...crawls.map(crawlReadsLine)]),
        ...(plan.publishTo === undefined ? [] : ['', `published to ${plan.publishTo}`]),
        '', 'phase        tasks',
        ...phases.filter(({ tasks }) => tasks > 0).map(({ phase, tasks }) => `${phase.padEnd(12)} ${String(tasks).padStart(5)}`),
        ...(lsh === undefined ? [] : ['', lshSentence(lsh), lshTable(lsh)]),
        '', `estimate for ${workers} worker${workers === 1 ? '' : 's'}: ${describeBytes(cost.textBytes)} of text, ${describeBytes(cost.memoryBytes)} of memory, ` +
          `up to ${describeBytes(cost.diskBytes)} of disk, about ${Math.max(1, Math.round(cost.seconds))} s`,
      ];
      process.stdout.write(`${lines.join('\n')}\n`);
    });
}
