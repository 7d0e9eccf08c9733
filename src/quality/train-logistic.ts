/**
 * Trains GPT-3's classifier (Brown et al. 2020, appendix A): logistic regression over hashed words, by full-batch L-BFGS. One thread, float64, fixed
 * order of summation, no library functions whose last bit an engine may choose: the same examples give the same bytes of model on any machine,
 * in whatever order they come and however many workers there are.
 */
import { setImmediate } from 'node:timers/promises';
import { ConfigError } from '../core/errors.js';
import type { TrainingExample } from '../formats/fasttext-training-file.js';
import { isPowerOfTwo } from '../formats/logistic-model.js';
import type { LogisticModel } from '../kernels/kernels.js';
import { addScaled, dot, LbfgsMemory } from './lbfgs-direction.js';
import { gradientAt, makeProblem, meanLoss, penalty, scoreRows, type LogisticProblem } from './logistic-problem.js';
import { stepLength } from './logistic-step.js';

export interface LogisticHyperparameters {
  /** Features that words are hashed to; a power of two. */
  readonly buckets: number;
  /** Weight of half the squared weights beside the mean loss of an example; the bias is free. scikit-learn's C is 1 / (l2 x examples). */
  readonly l2: number;
  /** Steps at most. */
  readonly iterations: number;
  /** No component of the gradient is larger when training ends before that. */
  readonly tolerance: number;
  /** A word counts once a document. */
  readonly binary: boolean;
}

/** GPT-3's number of features. */
export const DEFAULT_LOGISTIC: LogisticHyperparameters = { buckets: 2 ** 18, l2: 0.001, iterations: 200, tolerance: 1e-6, binary: false };

export interface LogisticTraining extends Partial<LogisticHyperparameters> {
  readonly examples: readonly TrainingExample[];
  /** The label that is to score high; all others are to score low. */
  readonly positive: string;
  readonly signal?: AbortSignal | undefined;
  /** After each step: its number, and the loss with its penalty. */
  readonly onProgress?: ((iteration: number, loss: number) => void) | undefined;
}

export interface TrainedLogistic {
  readonly model: LogisticModel;
  readonly iterations: number;
  /** Mean log-loss of an example, and the penalty on top. */
  readonly loss: number;
  /** false: the steps ran out before the gradient was small. The model can be used; more iterations would make it better. */
  readonly converged: boolean;
}

/**
 * Features are raw counts (1 with `binary`), neither centred nor scaled: words share one unit, and Spark's default division by each feature's
 * deviation would weaken the penalty on the rarest words, which are those that a sample knows least about. So weights apply to counts as they are.
 * Memory: makeProblem's, and 30 vectors of 8 bytes a feature that occurs. Errors: ConfigError for options out of range or a class without examples;
 * the signal's reason.
 */
export async function trainLogistic({ examples, positive, signal, onProgress, ...given }: LogisticTraining): Promise<TrainedLogistic> {
  const options = { ...DEFAULT_LOGISTIC, ...given };
  checkOptions(options);
  const problem = makeProblem(examples, positive, options);
  const positives = problem.signs.filter((sign) => sign > 0).length;
  if (positives === 0 || positives === examples.length) {
    throw new ConfigError(`training examples: found ${positives} positive and ${examples.length - positives} negative, expected both`);
  }
  const { parameters, ...rest } = await minimise(problem, options, { signal, onProgress });
  const weights = new Float32Array(options.buckets);
  problem.buckets.forEach((bucket, feature) => { weights[bucket] = parameters[feature]!; });
  return { model: { weights, bias: parameters[parameters.length - 1]!, binary: options.binary }, ...rest };
}

function checkOptions({ buckets, l2, iterations, tolerance }: LogisticHyperparameters): void {
  const refuse = (name: string, found: number, expected: string): never => {
    throw new ConfigError(`logistic training: ${name}: found ${found}, expected ${expected}`);
  };
  if (!isPowerOfTwo(buckets) || buckets > 2 ** 24) refuse('buckets', buckets, 'a power of two, at most 2^24');
  if (!(l2 > 0 && l2 < Infinity)) refuse('l2', l2, 'a number above 0: without a penalty separable classes have no optimum');
  if (!(Number.isInteger(iterations) && iterations >= 1)) refuse('iterations', iterations, 'a whole number, at least 1');
  if (!(tolerance > 0)) refuse('tolerance', tolerance, 'a number above 0');
}

type Minimum = Omit<TrainedLogistic, 'model'> & { readonly parameters: Float64Array };

async function minimise(
  problem: LogisticProblem, { iterations, tolerance }: LogisticHyperparameters, { signal, onProgress }: Pick<LogisticTraining, 'signal' | 'onProgress'>,
): Promise<Minimum> {
  const parameters = new Float64Array(problem.buckets.length + 1);
  const memory = new LbfgsMemory();
  let scores = scoreRows(problem, parameters);
  let loss = meanLoss(problem, scores);
  let gradient = gradientAt(problem, parameters, scores);
  let iteration = 0;
  while (largest(gradient) > tolerance && iteration < iterations) {
    await setImmediate(); // lets an interrupt in
    signal?.throwIfAborted();
    const direction = memory.direction(gradient);
    const along = scoreRows(problem, direction);
    const first = memory.isEmpty ? 1 / Math.max(1, Math.sqrt(dot(gradient, gradient))) : 1;
    const step = stepLength(problem, { parameters, direction, scores, along, loss, slope: dot(gradient, direction), first });
    if (step === undefined) {
      if (memory.isEmpty) break; // rounding hides any descent: this is the optimum
      memory.clear();
      continue;
    }
    const before = gradient;
    const moved = direction.map((value) => value * step);
    addScaled(parameters, 1, moved);
    scores = scoreRows(problem, parameters);
    loss = meanLoss(problem, scores) + penalty(problem, parameters);
    gradient = gradientAt(problem, parameters, scores);
    memory.add(moved, gradient.map((value, i) => value - before[i]!));
    iteration++;
    onProgress?.(iteration, loss);
  }
  return { parameters, iterations: iteration, loss, converged: largest(gradient) <= tolerance };
}

const largest = (vector: Float64Array): number => vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
