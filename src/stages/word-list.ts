/**
 * Text files of words, domains or URLs that a recipe names: one entry a line, `#` begins a comment line, blank lines count for nothing. Errors name the
 * file and line, what was found and what was expected; all are found before a document is read.
 */
import { ConfigError } from '../core/errors.js';
import type { StageContext } from './definition.js';

/** Bounds of one list; its file is bounded too (formats/text-lines.ts). The largest published one, UT1's adult domains, has some 5 million entries. */
export const MAX_ENTRIES = 10_000_000;
export const MAX_ENTRY_CHARACTERS = 4096;

export interface EntryKind {
  /** What an entry must be, for errors: "a domain without white space". */
  readonly expected: string;
  /** The entry as it is compared, or undefined where the line is not one. Gets the line without white space at its ends. */
  parse(line: string): string | undefined;
}

/** The entries of a list in the order of the file, repeated ones too. Throws ConfigError for a line that is not an entry, and for a list without one. */
export function readWordList(context: Pick<StageContext, 'lines'>, path: string, kind: EntryKind): string[] {
  const entries: string[] = [];
  for (const [i, raw] of context.lines(path).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (line.length > MAX_ENTRY_CHARACTERS) throw new ConfigError(`${path}:${i + 1}: found ${line.length} characters, expected at most ${MAX_ENTRY_CHARACTERS}`);
    const entry = kind.parse(line);
    if (entry === undefined) throw new ConfigError(`${path}:${i + 1}: found ${JSON.stringify(line)}, expected ${kind.expected}`);
    if (entries.push(entry) > MAX_ENTRIES) throw new ConfigError(`${path}:${i + 1}: found more than ${MAX_ENTRIES} entries, expected at most that many`);
  }
  if (entries.length === 0) throw new ConfigError(`${path}: found no entry, expected at least one line that is ${kind.expected}`);
  return entries;
}
