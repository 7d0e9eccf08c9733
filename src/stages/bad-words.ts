/**
 * Drops documents in which a word or phrase of a given list stands, as C4 did with a public list of offensive words (Raffel et al. 2019). A match is one
 * of C4's reference code: on the lower-cased text, with no word character on either side; or anywhere, which C4 does for Japanese, Thai and Chinese.
 */
import { z } from 'zod';
import { columnOf, utf8At, type DocumentBatch } from '../core/document-batch.js';
import { documentKeys } from '../core/document-key.js';
import { hashKey, keyedUniform } from '../core/keyed-hash.js';
import type { Filter } from '../core/stage.js';
import { AhoCorasick, type AcceptMatch } from './aho-corasick.js';
import { defineStage, type StageContext } from './definition.js';
import { isWordCharacterAt, isWordCharacterBefore, maxLowerCaseBytes, writeLowerCase } from './word-list-lower-case.js';
import { readWordList, type EntryKind } from './word-list.js';

const options = z.strictObject({
  list: z.string().min(1).describe('Path of a text file, one word or phrase a line; # begins a comment'),
  match: z.enum(['words', 'anywhere']).default('words')
    .describe('words: with no letter, digit or _ on either side; anywhere: inside words too, for languages written without spaces (C4: ja, th, zh)'),
  languages: z.array(z.string().min(1)).min(1).nullable().default(null)
    .describe('Look only at documents of these languages, by the column that the stage `language` writes; null: at all'),
  keepFraction: z.number().min(0).max(1).default(0).describe('Share of the documents with a match that stay all the same, by keyed hash'),
});
type Options = z.infer<typeof options>;

const WORD: EntryKind = { expected: 'a word or phrase', parse: (line) => line };

export const badWords = defineStage<Options>({
  name: 'bad-words',
  summary: 'Drops documents that contain a word or phrase of a list of your own, as C4 does.',
  options,
  files: ({ list }) => [list],
  build(given, context): readonly Filter[] {
    return [filter(given, context)];
  },
});

function filter({ list, match, languages, keepFraction }: Options, context: StageContext): Filter {
  const finder = new WordFinder(readWordList(context, list, WORD), list, match === 'words');
  const key = hashKey(context.seed, `bad-words/${context.source}`);
  return {
    kind: 'filter',
    name: 'bad-words',
    reads: [...(languages === null ? [] : ['language']), ...(keepFraction > 0 ? ['id'] : [])],
    reasons: ['bad-word-found'],
    judge(batch, rows, verdicts): void {
      const isLookedAt = languageTest(batch, languages);
      const keys = keepFraction > 0 ? documentKeys(context.source, batch).values : undefined;
      for (const row of rows) {
        const found = isLookedAt(row) && finder.isIn(batch.text, batch.offsets[row]!, batch.offsets[row + 1]!);
        const stays = found && keys !== undefined && keyedUniform(key, keys[row * 2]!, keys[row * 2 + 1]!) < keepFraction;
        verdicts[row] = found && !stays ? 1 : 0;
      }
    },
  };
}

function languageTest(batch: DocumentBatch, languages: readonly string[] | null): (row: number) => boolean {
  if (languages === null) return () => true;
  const column = columnOf(batch, 'language', 'utf8');
  return (row) => languages.includes(utf8At(column, row));
}

/** Memory: the automaton (aho-corasick.ts), and one and a half times the largest document seen. */
class WordFinder {
  readonly #automaton: AhoCorasick;
  readonly #accept: AcceptMatch | undefined;
  #lower = new Uint8Array(0);
  #length = 0;

  constructor(words: readonly string[], path: string, wholeWords: boolean) {
    this.#automaton = new AhoCorasick(words.map(lowerCaseOf), path);
    if (!wholeWords) return;
    this.#accept = (_, start, end) => !isWordCharacterBefore(this.#lower, start, 0) && (end === this.#length || !isWordCharacterAt(this.#lower, end));
  }

  isIn(text: Uint8Array, start: number, end: number): boolean {
    const needed = maxLowerCaseBytes(end - start);
    if (needed > this.#lower.length) this.#lower = new Uint8Array(Math.max(needed, 1 << 16));
    this.#length = writeLowerCase(text, start, end, this.#lower);
    return this.#automaton.find(this.#lower, 0, this.#length, this.#accept) >= 0;
  }
}

function lowerCaseOf(word: string): Uint8Array {
  const bytes = new TextEncoder().encode(word);
  const lower = new Uint8Array(maxLowerCaseBytes(bytes.length));
  return lower.slice(0, writeLowerCase(bytes, 0, bytes.length, lower));
}
