/** What kind of model a file holds, by its first bytes. */
import { ConfigError } from '../core/errors.js';
import { FastTextReader } from './fasttext-reader.js';
import { LOGISTIC_MAGIC } from './logistic-model.js';

const EXPECTED = 'a fastText model (.bin or .ftz of version 12; the oldest ones have no magic) or one that "sluice quality train" wrote';

export type ModelKind = 'fasttext' | 'folded' | 'logistic';

/** fastText's own (fasttext-model.ts). */
const FASTTEXT_MAGIC = 793712314;
/** "slui" and "ceFM" as little-endian int32 (quality/folded-file.ts). */
const FOLDED_SECOND = 0x4d466563;

/** Looks at 8 bytes. Errors: ConfigError where the file cannot be opened or begins like none of them. */
export function modelKindOf(path: string): ModelKind {
  const reader = new FastTextReader(path, path);
  try {
    const word = (): number => reader.int32('magic of a model', -0x80000000, 0x7fffffff);
    const first = word();
    if (first === FASTTEXT_MAGIC) return 'fasttext';
    const second = first === LOGISTIC_MAGIC[0] ? word() : 0;
    if (second === LOGISTIC_MAGIC[1]) return 'logistic';
    if (second === FOLDED_SECOND) return 'folded';
    throw new ConfigError(`${path}: offset 0: magic of a model: found ${hex(first)}, expected ${EXPECTED}`);
  } finally {
    reader.close();
  }
}

const hex = (word: number): string => `0x${(word >>> 0).toString(16).padStart(8, '0')}`;
