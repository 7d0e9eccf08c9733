/** The files of tuning, as its commands name them. */
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigError } from '../core/errors.js';
import { parseFit } from '../mixture/tune/fit-file.js';
import { parseProposal } from '../mixture/tune/proposal-file.js';
import type { Fit, Proposal } from '../mixture/tune/types.js';

/** 100,000 runs of 64 MiB, with as much again for what laws predict of them. */
const MOST_BYTES = 256 << 20;

/** What `tune fit` wrote. Errors: ConfigError with the file. */
export const readFit = (file: string): Fit => parseFit(readText(file), file);

/** What `tune propose` wrote. Errors: ConfigError with the file. */
export const readProposal = (file: string): Proposal => parseProposal(readText(file), file);

function readText(file: string): string {
  try {
    const { size } = statSync(file);
    if (size > MOST_BYTES) throw new Error(`has ${size} bytes, expected at most ${MOST_BYTES}`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`${file}: cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Throws ConfigError where a command would write over what it reads. */
export function expectOtherFile(output: string, inputs: readonly string[]): void {
  const input = inputs.find((one) => resolve(one) === resolve(output));
  if (input !== undefined) throw new ConfigError(`--output: found ${input}, which is an input, expected another file to write`);
}

export function warn(warnings: readonly string[]): void {
  for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
}
