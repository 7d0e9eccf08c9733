/**
 * Lists of addresses in a file: the address `@shards.txt` stands for those in its lines, each a path, a glob or an address of any place. Blank lines and
 * lines that begin with # count for nothing. A name that itself begins with @ is written `./@name`. Bound: a list of MOST_ADDRESSES lines.
 */
import { join } from 'node:path';
import { ConfigError } from '../core/errors.js';
import { readLines } from '../formats/text-lines.js';
import { hideSecrets } from './http-list.js';

const MARK = '@';
const MOST_ADDRESSES = 1_000_000;
/** No address that anything reads is longer. */
const MOST_CHARACTERS = 10_000;

export const isPathList = (address: string): boolean => address.startsWith(MARK);

/** The file of a list. */
export const pathListFile = (address: string): string => address.slice(MARK.length);

/**
 * The addresses in a list, in its order; the list and the relative ones in it are under `root`. Errors: ConfigError with the line where the list is not there, no
 * text, or longer than the bound, names no address, or names another list. Addresses are shown without their credentials.
 */
export function addressesOfList(address: string, root: string): string[] {
  const file = pathListFile(address);
  const found: string[] = [];
  linesOf(file, root).forEach((text, i) => {
    const line = text.trim();
    if (line === '' || line.startsWith('#')) return;
    const refuse = (what: string, expected: string): never => {
      throw new ConfigError(`${file}:${i + 1}: found ${what}, expected ${expected}`);
    };
    if (isPathList(line)) refuse('a list in a list', `paths, globs or addresses (a name that begins with ${MARK} is written ./${MARK}name)`);
    if (line.length > MOST_CHARACTERS) refuse(`an address of ${line.length} characters`, `at most ${MOST_CHARACTERS}`);
    if (found.length === MOST_ADDRESSES) refuse('one address more', `at most ${MOST_ADDRESSES} in a list`);
    found.push(hideSecrets(line));
  });
  if (found.length === 0) throw new ConfigError(`${file}: found no address, expected one a line`);
  return found;
}

function linesOf(file: string, root: string): string[] {
  try {
    return readLines(file.startsWith('/') ? file : join(root, file));
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause;
    throw new ConfigError(`${MARK}${file}: found no list of addresses: ${cause.message} (a name that begins with ${MARK} is written ./${MARK}name)`, { cause });
  }
}
