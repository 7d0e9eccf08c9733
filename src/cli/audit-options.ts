/** The options of `sluice audit`: how they are written on a command line, and what holds where nothing is said. */
import { InvalidArgumentError, Option } from 'commander';
import { similarity, wholeNumber } from './options.js';

/** As commander gives them. */
export interface AuditOptions {
  readonly json?: string;
  readonly html?: string;
  readonly threshold: number;
  readonly textField: string;
  readonly maxNearDuplicates?: number;
  readonly against: readonly string[];
  readonly sample?: number;
  readonly verify: 'exact' | 'estimated';
  readonly shingle?: string;
  readonly signature?: string;
  readonly bands?: number;
  readonly rows?: number;
  readonly memory?: number;
  readonly workers: number;
  readonly output?: string;
}

/** Similarities that every audit reports. */
const LEVELS = [0.5, 0.7, 0.8, 0.9, 0.95];

/** Those, and the one that was asked for; ascending. */
export const auditLevels = (threshold: number): number[] => [...new Set([...LEVELS, threshold])].sort((a, b) => a - b);

/**
 * 32 bands of 4 rows nominate 87 % of the pairs at a similarity of .5, 99.98 % at .7 and all above, for 128 minima: an audit has to see what a corpus's
 * setting is made to overlook. What it costs is in src/dedup/README.md.
 */
const AUDIT_LSH = { bands: 32, rows: 4 };

/** The setting of the LSH: the audit's own, unless one of its two numbers is given. Then the recipe's rules hold for what is left out. */
export function auditLsh({ bands, rows }: Pick<AuditOptions, 'bands' | 'rows'>): { readonly bands: number | undefined; readonly rows: number | undefined } {
  return bands === undefined && rows === undefined ? AUDIT_LSH : { bands, rows };
}

const MOST_SAMPLE = 50_000;

export const auditOptions = (): readonly Option[] => [
  new Option('--json <file>', 'write the audit as JSON; - for stdout, in place of the table'),
  new Option('--html <file>', 'write the audit as a page that needs nothing else'),
  new Option('--threshold <jaccard>', 'similarity that clusters, sources and the maximum go by').default(0.8).argParser(similarity),
  new Option('--text-field <name>', 'field of the text in JSON Lines, dots between levels').default('text'),
  new Option('--max-near-duplicates <share>', 'exit with 3 where more of the documents are removable at the threshold, such as 1% or 0.01').argParser(share),
  new Option('--against <path...>', 'further data that is read along: how far the two overlap is reported besides').default([], 'none'),
  new Option('--sample <n>', 'draw so many documents and estimate from them: for data too large to compare as a whole').argParser((text) => wholeNumber(text, 1, MOST_SAMPLE)),
  new Option('--verify <how>', 'what decides a pair: the texts\' own shingles, or the signatures\' estimate').choices(['exact', 'estimated']).default('exact'),
  new Option('--shingle <what>', 'what similarity counts, such as "5 words" or "5 characters" (default: 5 by script)'),
  new Option('--signature <kind>', 'how signatures are made').choices(['permutations', 'one-permutation', 'datasketch', 'datatrove']),
  new Option('--bands <n>', `bands of a signature (default: ${AUDIT_LSH.bands} of ${AUDIT_LSH.rows} rows)`).argParser((text) => wholeNumber(text, 1, 1000)),
  new Option('--rows <n>', 'minima a band').argParser((text) => wholeNumber(text, 1, 1000)),
  new Option('--output <dir>', 'where the work is kept, so that a stopped audit continues (default: a temporary folder, removed at the end)'),
];

/** `1%` and `0.01` are the same. */
export function share(text: string): number {
  const [, number, percent] = /^(\d+(?:\.\d+)?|\.\d+) ?(%)?$/.exec(text) ?? [];
  const value = percent === undefined ? Number(number) : Number(number) / 100;
  if (number === undefined || !(value >= 0 && value <= 1)) throw new InvalidArgumentError(`found "${text}", expected a share such as 1% or 0.01, from 0 to 1.`);
  return value;
}
