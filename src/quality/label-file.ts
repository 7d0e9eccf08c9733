/**
 * Labels that people gave: JSON Lines with `text` and `label`, as `sluice quality export` writes them for filling in, or from anywhere else. A file that
 * is wrong anywhere is refused whole: a judgement of some of the labels would look like one of all.
 */
import { ConfigError } from '../core/errors.js';

export interface LabelledText {
  readonly text: string;
  /** undefined: nobody has said yet. */
  readonly positive: boolean | undefined;
  /** The tenth of the scored documents of its source that it was drawn from, and how many documents that tenth holds; only in exported files. */
  readonly stratum: Stratum | undefined;
}

export interface Stratum {
  /** Empty where the file names none. */
  readonly source: string;
  /** 1, the worst scores, to 10. */
  readonly decile: number;
  readonly population: number;
}

const LABELS = new Map<unknown, boolean>([
  [1, true], [true, true], ['1', true], ['true', true], ['positive', true],
  [0, false], [false, false], ['0', false], ['false', false], ['negative', false],
]);
const EXPECTED_LABEL = 'expected 0, 1, true, false, "0", "1", "positive" or "negative", or null where it is not labelled yet';

/** The records of a file's lines; blank ones count for nothing. Errors: ConfigError with file and line. */
export function parseLabels(lines: readonly string[], file: string): readonly LabelledText[] {
  return lines.flatMap((line, i) => (line.trim() === '' ? [] : [parseLine(line, `${file}: line ${i + 1}`)]));
}

function parseLine(line: string, place: string): LabelledText {
  const record = recordOf(line, place);
  const { text, label } = record;
  if (typeof text !== 'string') throw new ConfigError(`${place}: text: found ${shown(text)}, expected a string`);
  if (label !== null && !LABELS.has(label)) throw new ConfigError(`${place}: label: found ${shown(label)}, ${EXPECTED_LABEL}`);
  return { text, positive: LABELS.get(label), stratum: stratumOf(record, place) };
}

function recordOf(line: string, place: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new ConfigError(`${place}: found ${shown(line)}, which is not JSON, expected an object with text and label`, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigError(`${place}: found ${shown(value)}, expected an object with text and label`);
  }
  return value as Readonly<Record<string, unknown>>; // JSON's objects have string keys
}

function stratumOf({ decile, population, source }: Readonly<Record<string, unknown>>, place: string): Stratum | undefined {
  if (decile === undefined && population === undefined) return undefined;
  if (!isWhole(decile, 1, 10)) throw new ConfigError(`${place}: decile: found ${shown(decile)}, expected a whole number from 1 to 10`);
  if (!isWhole(population, 1, Number.MAX_SAFE_INTEGER)) {
    throw new ConfigError(`${place}: population: found ${shown(population)}, expected a whole number of at least 1`);
  }
  return { source: typeof source === 'string' ? source : '', decile, population };
}

const isWhole = (value: unknown, least: number, most: number): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most;

/** Enough of a value to find it by. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
