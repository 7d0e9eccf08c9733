/** The hyper-parameters of `sluice quality train` as command line options, and which kind of model each belongs to. */
import { InvalidArgumentError, Option } from 'commander';
import { ConfigError } from '../core/errors.js';
import type { FastTextHyperparameters } from '../formats/fasttext-engine.js';
import { isPowerOfTwo } from '../formats/logistic-model.js';
import { DEFAULT_HYPERPARAMETERS } from '../quality/train-fasttext.js';
import { DEFAULT_LOGISTIC, type LogisticHyperparameters } from '../quality/train-logistic.js';
import { wholeNumber } from './options.js';

/** As commander names them; undefined where not given. */
export interface HyperparameterOptions {
  readonly dim?: number;
  readonly epoch?: number;
  readonly lr?: number;
  readonly wordNgrams?: number;
  readonly buckets?: number;
  readonly minCount?: number;
  readonly minn?: number;
  readonly maxn?: number;
  readonly loss?: FastTextHyperparameters['loss'];
  readonly l2?: number;
  readonly iterations?: number;
  readonly binary?: true;
}

const FASTTEXT_ONLY = ['dim', 'epoch', 'lr', 'wordNgrams', 'minCount', 'minn', 'maxn', 'loss'] as const;
const LOGISTIC_ONLY = ['l2', 'iterations', 'binary'] as const;
const MOST_BUCKETS = 2 ** 24;

export function hyperparameterOptions(): Option[] {
  const { dim, epoch, lr, wordNgrams, bucket, minCount, minn, maxn, loss } = DEFAULT_HYPERPARAMETERS;
  const { buckets, l2, iterations } = DEFAULT_LOGISTIC;
  const whole = (flags: string, what: string, least: number, most: number): Option =>
    new Option(flags, what).argParser((text) => wholeNumber(text, least, most));
  return [
    whole('--dim <n>', `fasttext: width of the word vectors (default: ${dim})`, 1, 1000),
    whole('--epoch <n>', `fasttext: passes over the examples (default: ${epoch})`, 1, 10_000),
    new Option('--lr <x>', `fasttext: learning rate at the start (default: ${lr})`).argParser((text) => positiveNumber(text, 100)),
    whole('--word-ngrams <n>', `fasttext: longest n-gram of words that is a feature (default: ${wordNgrams})`, 1, 20),
    whole('--buckets <n>', `what n-grams (fasttext) or words (logistic: a power of two) are hashed to (default: ${bucket}, ${buckets})`, 1, MOST_BUCKETS),
    whole('--min-count <n>', `fasttext: words seen less often are no features (default: ${minCount})`, 1, 1_000_000),
    whole('--minn <n>', `fasttext: shortest n-gram of characters (default: ${minn})`, 0, 20),
    whole('--maxn <n>', `fasttext: longest n-gram of characters, 0 for none (default: ${maxn})`, 0, 20),
    new Option('--loss <name>', `fasttext: what is minimised (default: ${loss})`).choices(['softmax', 'hs', 'ns', 'ova']),
    new Option('--l2 <x>', `logistic: weight of half the squared weights beside the mean loss (default: ${l2})`)
      .argParser((text) => positiveNumber(text, 1000)),
    whole('--iterations <n>', `logistic: steps of the optimiser at most (default: ${iterations})`, 1, 100_000),
    new Option('--binary', 'logistic: a word counts once a document, however often it occurs'),
  ];
}

function positiveNumber(text: string, most: number): number {
  const value = Number(text);
  if (/^\d*\.?\d+(e-?\d+)?$/i.test(text) && value > 0 && value <= most) return value;
  throw new InvalidArgumentError(`found "${text}", expected a number above 0 and at most ${most}.`);
}

/** Those given, under the engine's names. Errors: ConfigError for options of the other kind, and for n-grams that end before they begin. */
export function fastTextOptions(options: HyperparameterOptions): Partial<FastTextHyperparameters> {
  refuseForeign(options, LOGISTIC_ONLY, 'logistic');
  const { dim, epoch, lr, wordNgrams, buckets: bucket, minCount, minn, maxn, loss } = options;
  const longest = maxn ?? DEFAULT_HYPERPARAMETERS.maxn;
  if (minn !== undefined && minn > longest) throw new ConfigError(`--minn: found ${minn} and --maxn ${longest}, expected --maxn to be as large`);
  return given({ dim, epoch, lr, wordNgrams, bucket, minCount, minn, maxn, loss });
}

/** Errors: ConfigError for options of the other kind, and for buckets that are no power of two. */
export function logisticOptions(options: HyperparameterOptions): Partial<LogisticHyperparameters> {
  refuseForeign(options, FASTTEXT_ONLY, 'fasttext');
  const { buckets, l2, iterations, binary } = options;
  if (buckets !== undefined && !isPowerOfTwo(buckets)) throw new ConfigError(`--buckets: found ${buckets}, expected a power of two for a logistic model`);
  return given({ buckets, l2, iterations, binary });
}

function refuseForeign(options: HyperparameterOptions, names: readonly (keyof HyperparameterOptions)[], kind: string): void {
  const foreign = names.find((name) => options[name] !== undefined);
  if (foreign === undefined) return;
  throw new ConfigError(`--${foreign.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}: expected with --model ${kind} only`);
}

/** Without what is undefined, so that defaults show through. */
function given<T extends object>(options: T): Given<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Given<T>; // the filter just did that
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };
