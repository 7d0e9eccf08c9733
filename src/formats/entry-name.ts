/** Names of entries in archives: which are refused, and which are asked for. They are only names here, since nothing is ever unpacked. Pure. */
import { anyGlobMatcher } from './glob-pattern.js';

/** As long as a path may be on Linux; also what keeps glob matching short. */
const MAX_NAME_LENGTH = 4096;

/**
 * What makes a name one that no archive of texts has: it would lead out of a folder if somebody unpacked it by that name. Nothing here
 * does, but ids are names, and ids are shown and stored.
 */
export function unsafeName(name: string): string | undefined {
  if (name === '') return 'an empty name';
  if (name.length > MAX_NAME_LENGTH) return `a name of ${name.length} characters`;
  if (name.includes('\0')) return 'a NUL character';
  if (name.includes('\\')) return 'a backslash';
  if (name.startsWith('/')) return 'an absolute path';
  if (/^[a-z]:/i.test(name)) return 'a drive letter';
  if (name.split('/').includes('..')) return 'a ".." part';
  return undefined;
}

export interface EntryGlobs {
  /** Globs over entry names; an entry that none matches is no document. Default: all. */
  readonly include?: readonly string[] | undefined;
  /** Globs of entries that are no documents although `include` matches them. */
  readonly exclude?: readonly string[] | undefined;
}

/** Whether an entry of that name is looked at: an unsafe name is a fault whatever the globs say. ConfigError for a glob that is not understood. */
export function entryMatcher({ include = ['**'], exclude = [] }: EntryGlobs): (name: string) => boolean {
  const included = anyGlobMatcher(include);
  const excluded = anyGlobMatcher(exclude);
  return (name) => unsafeName(name) !== undefined || (included(name) && !excluded(name));
}

/** Characters of a name in a fault's detail: an archive may give an entry very many of them, all controls. */
const SHOWN_NAME = 200;

/** A name as it stands in a fault's detail. */
export function shownName(name: string): string {
  return JSON.stringify(name.slice(0, SHOWN_NAME));
}

/** Remembered at most, so that an archive of any number of entries takes bounded memory. */
const MAX_NAMES = 200_000;

/** Ids of entries: of those that have one name all but the first get their place behind it, among the first 200,000 names. */
export class EntryIds {
  readonly #archive: string;
  readonly #seen = new Set<string>();

  constructor(archive: string) {
    this.#archive = archive;
  }

  /** `<archive>!/<name>`, or with `@<offset>[+<inner>]` behind it. */
  next(name: string, offset: number, inner: number): string {
    const id = `${this.#archive}!/${name}`;
    if (this.#seen.has(name)) return inner === 0 ? `${id}@${offset}` : `${id}@${offset}+${inner}`;
    if (this.#seen.size < MAX_NAMES) this.#seen.add(name);
    return id;
  }
}
