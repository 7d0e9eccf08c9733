/** Options that several commands share. */
import { availableParallelism } from 'node:os';
import { InvalidArgumentError, Option } from 'commander';
import { parseBytes } from '../pipeline/quantity.js';

const MAX_WORKERS = 1024;

export function workersOption(): Option {
  return new Option('--workers <n>', 'worker threads').default(availableParallelism(), 'one per core').argParser((text) => wholeNumber(text, 1, MAX_WORKERS));
}

export function seedOption(): Option {
  return new Option('--seed <n>', "in place of the recipe's seed").argParser((text) => wholeNumber(text, 0, Number.MAX_SAFE_INTEGER));
}

/** Least that a run is given: below it, workers would spend their time in sorting and spilling. */
const LEAST_MEMORY = 256_000_000;

/** Bytes for all workers and the main thread together. */
export function memoryOption(): Option {
  return new Option('--memory <size>', 'memory of the whole run, such as 1GB; it changes how work is done, never the result (default: 2GB)').argParser((text) => {
    const bytes = parseBytes(text);
    if (bytes === undefined || bytes < LEAST_MEMORY) throw new InvalidArgumentError(`found "${text}", expected a size such as 1GB or 512MiB, at least 256MB.`);
    return bytes;
  });
}

/** Repeatable. Code runs only from files that are named so, never because a recipe asks for it. */
export function stagesOption(): Option {
  return new Option('--stages <file>', 'a file of your own stages, .js or .ts; repeatable. Its code runs')
    .default([], 'none').argParser((path, before: readonly string[]) => [...before, path]);
}

export function wholeNumber(text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) throw new InvalidArgumentError(`found "${text}", expected a whole number from ${least} to ${most}.`);
  return value;
}
