/**
 * The optimisation problem of a logistic classifier: labelled rows of hashed features, and the loss and gradient of weights over them. Rows are in
 * order of their content, and every sum runs in that order, so nothing depends on how examples came.
 */
import type { TrainingExample } from '../formats/fasttext-training-file.js';
import { hashedFeatures } from '../kernels/reference/logistic-score.js';
import { exactLogisticLoss, exactSigmoid } from './exact-logistic.js';

/** Rows over the features that occur. The vector of parameters has a weight a feature, then the bias. */
export interface LogisticProblem {
  /** +1 or -1 a row. */
  readonly signs: Int8Array;
  /** Row r has `values[e]` of feature `features[e]` for e in starts[r] .. starts[r + 1]. */
  readonly starts: Float64Array;
  readonly features: Uint32Array;
  readonly values: Float32Array;
  /** The bucket of each feature, ascending. */
  readonly buckets: Uint32Array;
  readonly l2: number;
}

export interface ProblemOptions {
  /** A power of two. */
  readonly buckets: number;
  /** A feature is there or not, however often. */
  readonly binary: boolean;
  readonly l2: number;
}

/**
 * `positive` names the label that is to score high; features are the scoring kernels' own. Memory: 8 bytes for each distinct token of each example,
 * 5 bytes a bucket, and the examples' texts. Throws RangeError where 2^32 entries do not do.
 */
export function makeProblem(examples: readonly TrainingExample[], positive: string, options: ProblemOptions): LogisticProblem {
  const { buckets: bucketCount, binary, l2 } = options;
  const rows = [...examples].sort((a, b) => compare(a.text, b.text) || compare(a.label, b.label));
  const starts = new Float64Array(rows.length + 1);
  const isPresent = new Uint8Array(bucketCount);
  let features = new Uint32Array(1 << 16);
  let values = new Float32Array(1 << 16);
  let length = 0;
  rows.forEach(({ text }, row) => {
    const found = Uint32Array.from(hashedFeatures(text, bucketCount)).sort();
    if (length + found.length > features.length) {
      const size = Math.max(features.length * 2, length + found.length);
      features = copyInto(new Uint32Array(size), features);
      values = copyInto(new Float32Array(size), values);
    }
    for (let i = 0; i < found.length; i++) {
      if (i > 0 && found[i] === found[i - 1]) {
        if (!binary) values[length - 1]!++;
      } else {
        features[length] = found[i]!;
        values[length++] = 1;
      }
    }
    starts[row + 1] = length;
    for (const bucket of found) isPresent[bucket] = 1;
  });
  const buckets = Uint32Array.from(presentIn(isPresent));
  const featureOf = new Uint32Array(bucketCount);
  buckets.forEach((bucket, feature) => { featureOf[bucket] = feature; });
  for (let e = 0; e < length; e++) features[e] = featureOf[features[e]!]!;
  const signs = Int8Array.from(rows, ({ label }) => (label === positive ? 1 : -1));
  return { signs, starts, features: features.subarray(0, length), values: values.subarray(0, length), buckets, l2 };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function copyInto<T extends Uint32Array | Float32Array>(to: T, from: T): T {
  to.set(from);
  return to;
}

function* presentIn(flags: Uint8Array): Generator<number> {
  for (let bucket = 0; bucket < flags.length; bucket++) if (flags[bucket] === 1) yield bucket;
}

/** What each row scores, before the sigmoid: features times weights, and the bias. Linear in the parameters, so of a direction too. */
export function scoreRows({ signs, starts, features, values }: LogisticProblem, parameters: Float64Array): Float64Array {
  const bias = parameters[parameters.length - 1]!;
  return Float64Array.from(signs, (_, row) => {
    let sum = bias;
    for (let e = starts[row]!; e < starts[row + 1]!; e++) sum += values[e]! * parameters[features[e]!]!;
    return sum;
  });
}

/** The mean logistic loss of rows that score so; the penalty comes on top. */
export function meanLoss({ signs }: LogisticProblem, scores: Float64Array): number {
  let sum = 0;
  for (let row = 0; row < signs.length; row++) sum += exactLogisticLoss(signs[row]! * scores[row]!);
  return sum / signs.length;
}

/** Half of l2 times the squared weights; the bias is free. */
export function penalty({ l2 }: LogisticProblem, parameters: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < parameters.length - 1; i++) sum += parameters[i]! * parameters[i]!;
  return (l2 / 2) * sum;
}

/** How the mean loss changes with each row's score. */
export function lossSlopes({ signs }: LogisticProblem, scores: Float64Array): Float64Array {
  return Float64Array.from(signs, (sign, row) => (-sign * exactSigmoid(-sign * scores[row]!)) / signs.length);
}

/** The gradient of meanLoss + penalty at parameters under which the rows score so. */
export function gradientAt(problem: LogisticProblem, parameters: Float64Array, scores: Float64Array): Float64Array {
  const { starts, features, values, l2 } = problem;
  const gradient = parameters.map((value) => l2 * value);
  const bias = gradient.length - 1;
  gradient[bias] = 0;
  lossSlopes(problem, scores).forEach((slope, row) => {
    for (let e = starts[row]!; e < starts[row + 1]!; e++) gradient[features[e]!]! += slope * values[e]!;
    gradient[bias]! += slope;
  });
  return gradient;
}
