/** Options that several commands share. */
import { availableParallelism } from 'node:os';
import { InvalidArgumentError, Option } from 'commander';
import { parseBytes } from '../pipeline/quantity.js';

const MAX_WORKERS = 1024;

export function workersOption(): Option {
  return new Option('--workers <n>', 'worker threads').default(availableParallelism(), 'one per core').argParser((text) => wholeNumber(text, 1, MAX_WORKERS));
}

/** Undefined where it was not given: then what the workers need (pipeline/memory.ts). */
export function memoryOption(): Option {
  return new Option('--memory <size>', 'what all workers may take together, such as 1GB; less is slower, the result is the same (default: 2GB, or what the workers need)')
    .argParser((text) => {
      const bytes = parseBytes(text);
      if (bytes === undefined || bytes === 0) throw new InvalidArgumentError(`found "${text}", expected a size such as 1GB or 1.5GiB.`);
      return bytes;
    });
}

export function seedOption(): Option {
  return new Option('--seed <n>', "in place of the recipe's seed").argParser((text) => wholeNumber(text, 0, Number.MAX_SAFE_INTEGER));
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

/** Jaccard similarity: above 0, at most 1. */
export function similarity(text: string): number {
  const value = Number(text);
  if (!/^(0?\.\d+|1(\.0+)?)$/.test(text) || !(value > 0)) throw new InvalidArgumentError(`found "${text}", expected a similarity above 0 and at most 1, such as 0.8.`);
  return value;
}
