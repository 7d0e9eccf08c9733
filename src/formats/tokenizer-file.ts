/** A tokenizer.json of the user's, as the tokenizers of Hugging Face write it: read whole, of bounded size. What is in it is looked at by kernels/tokenizer-json.ts. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { ConfigError } from '../core/errors.js';

/** Vocabularies of 250,000 tokens with their merges take 17 MB to 34 MB. */
export const MOST_TOKENIZER_BYTES = 64 << 20;

export interface TokenizerFile {
  readonly path: string;
  /** What JSON.parse gave. */
  readonly value: unknown;
  /** Of the file, in hexadecimal. */
  readonly sha256: string;
}

/** Throws ConfigError, naming the file, where there is none, it is too large, or no JSON. Memory: some times the file's size. */
export function readTokenizerFile(path: string): TokenizerFile {
  let bytes: Uint8Array;
  try {
    const { size } = statSync(path);
    if (size > MOST_TOKENIZER_BYTES) throw new Error(`has ${size} bytes, expected at most ${MOST_TOKENIZER_BYTES}`);
    bytes = readFileSync(path);
  } catch (error) {
    throw new ConfigError(`${path}: cannot be read as a tokenizer.json: ${messageOf(error)}`, { cause: error });
  }
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return { path, value, sha256: createHash('sha256').update(bytes).digest('hex') };
  } catch (error) {
    throw new ConfigError(`${path}: expected a tokenizer.json, found no JSON: ${messageOf(error)}`, { cause: error });
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
