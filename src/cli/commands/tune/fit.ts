/** `sluice tune fit`: laws from the runs of a swarm, ours or anyone's. */
import { resolve } from 'node:path';
import { Command } from 'commander';
import { writeFileAtomic } from '../../../formats/atomic-file.js';
import { fitText } from '../../../mixture/tune/fit-file.js';
import { fitSwarm } from '../../../mixture/tune/fit.js';
import { joinRuns, readMetrics, readRatios } from '../../../mixture/tune/read-runs.js';
import { readCsv } from '../../read-csv.js';
import { expectOtherFile, warn } from '../../tune-files.js';
import { fitJson, summariseFit } from '../../tune-summary.js';

interface Options {
  readonly ratios: string;
  readonly metrics: string;
  readonly output: string;
  readonly json?: true;
}

export function fitCommand(): Command {
  return new Command('fit')
    .description('fit a law per target to the runs of a swarm: loss as a function of the weights')
    .requiredOption('--ratios <file>', 'CSV: run, name, index, and a share per source')
    .requiredOption('--metrics <file>', 'CSV: run, name, index, and a loss per target: smaller must be better')
    .requiredOption('--output <file>', 'where the fit goes, as JSON: what tune predict and tune propose read')
    .option('--json', 'print the laws as JSON')
    .addHelpText('after', `
Both files are joined by run (or run_id); name, index and columns without a name are optional. Shares sum to 1.

Example:
  $ sluice tune fit --ratios ratios.csv --metrics metrics.csv --output fit.json`)
    .action(fitRuns);
}

function fitRuns({ ratios, metrics, output, json }: Options): void {
  expectOtherFile(output, [ratios, metrics]);
  const shares = readRatios(readCsv(ratios));
  const losses = readMetrics(readCsv(metrics));
  const joined = joinRuns({ file: ratios, runs: shares.runs }, { file: metrics, metrics: losses.metrics });
  const total = losses.targets.length;
  let begun = 0;
  const swarm = { sources: shares.sources, targets: losses.targets, runs: joined.runs, metrics: joined.metrics, warnings: [...shares.warnings, ...joined.warnings] };
  const fit = fitSwarm(swarm, (target) => {
    begun++;
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[Kfitting ${target} (${begun} of ${total})${begun === total ? '\n' : ''}`);
  });
  writeFileAtomic(resolve(output), fitText(fit));
  warn(fit.warnings);
  process.stdout.write(json === true ? `${JSON.stringify(fitJson(fit))}\n` : summariseFit(fit));
}
