/** `sluice tune predict`: what a fit expects of other mixtures. */
import { resolve } from 'node:path';
import { Command } from 'commander';
import { writeFileAtomic } from '../../../formats/atomic-file.js';
import { predictsNothing } from '../../../mixture/tune/fit.js';
import { predictTable } from '../../../mixture/tune/predict.js';
import { readCsv } from '../../read-csv.js';
import { expectOtherFile, readFit, warn } from '../../tune-files.js';

interface Options {
  readonly model: string;
  readonly ratios: string;
  readonly output: string;
}

export function predictCommand(): Command {
  return new Command('predict')
    .description('predict the losses of mixtures from a fit')
    .requiredOption('--model <file>', 'what tune fit wrote')
    .requiredOption('--ratios <file>', 'CSV: run, name, index, and a share per source of the fit, in any order')
    .requiredOption('--output <file>', 'CSV to write: run, name, index, and a predicted loss per target')
    .addHelpText('after', `
Example:
  $ sluice tune predict --model fit.json --ratios new.csv --output predicted.csv`)
    .action(predictRuns);
}

function predictRuns({ model, ratios, output }: Options): void {
  expectOtherFile(output, [model, ratios]);
  const fit = readFit(model);
  const { csv, runs, warnings } = predictTable(fit, readCsv(ratios));
  writeFileAtomic(resolve(output), csv);
  const doubtful = fit.targets.filter(predictsNothing).map(({ target }) => `${target}: its law predicts nothing, and neither do its figures`);
  warn([...warnings, ...doubtful]);
  process.stderr.write(`${output}: ${runs} mixtures, ${fit.targets.length} targets\n`);
}
