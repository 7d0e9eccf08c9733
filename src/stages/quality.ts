/**
 * Quality by classifiers that the recipe declares: writes the probability that a document is of the reference kind, and keeps by a threshold, by GPT-3's
 * rule (Brown et al. 2020, appendix A), which re-samples rather than cuts so that some unusual documents stay, or by a share of the whole source, which
 * is decided behind the stages, when every document's score is known.
 */
import { z } from 'zod';
import { columnOf, type Column } from '../core/document-batch.js';
import { documentKeys } from '../core/document-key.js';
import { hashKey, keyedUniform } from '../core/keyed-hash.js';
import { ConfigError } from '../core/errors.js';
import type { Annotator, Filter } from '../core/stage.js';
import type { QualityScorer } from '../kernels/kernels.js';
import { defineStage, type SourceDecision, type StageContext } from './definition.js';
import { combineScores } from './score-formula.js';

const share = z.number().gt(0).max(1);
const keep = z.union([
  z.strictObject({ threshold: z.number().min(0).max(1).describe('Keep scores of at least this') }),
  z.strictObject({
    pareto: z.union([
      z.number().min(0).max(1000),
      z.literal('match'),
      z.strictObject({ keepShare: share.describe('Expected share of the documents that reach the stage') }),
    ], { error: 'expected an alpha of at least 0, match, or { keepShare: 0.013 }' })
      .describe('Keep with probability (2 - score)^-alpha; GPT-3: 9, The Pile: 3. match: the alpha that spreads the kept scores as the reference\'s are; '
        + 'keepShare: the alpha that keeps such a share'),
  }),
  z.strictObject({
    top: share.describe('Keep this share of the source, the best first; documents of one score are told apart by keyed hash'),
    by: z.enum(['documents', 'tokens']).default('documents').describe('What the share counts'),
  }),
]);

const options = z.strictObject({
  model: z.string().min(1).optional().describe('Name of a model under `models`'),
  models: z.array(z.string().min(1)).min(2).max(16).optional().describe('Names of several models, in place of `model`: their scores are combined'),
  combine: z.string().min(1).optional().describe('max, mean, or a formula of the models\' names such as 0.7 * a + 0.3 * b'),
  keep: keep.optional().describe('Which documents stay; left out: annotate only'),
  buckets: z.boolean().default(false).describe('true: writes qualityBucket, 0 to 19: the twentieth of the source that the score lies in, worst first'),
}).refine(({ model, models, combine }) => (model === undefined) !== (models === undefined) && (models === undefined) === (combine === undefined), {
  error: 'expected either model, or models and combine',
}).superRefine(({ models, combine }, context) => {
  if (models === undefined || combine === undefined) return;
  try {
    combineScores(combine, models);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    context.addIssue({ code: 'custom', path: ['combine'], message: error.message.replace(/^combine "[^]*": found ([^]*), expected ([^]*)$/, 'expected $2; it has $1') });
  }
});
type Options = z.infer<typeof options>;

export const quality = defineStage<Options>({
  name: 'quality',
  summary: 'Scores each document with classifiers of the recipe and keeps by threshold, by GPT-3\'s Pareto rule, or the best share of the source.',
  options,
  models: modelsOf,
  decision: decisionOf,
  build(given, context) {
    const annotators = annotatorsOf(given, context);
    if (given.keep === undefined || decisionOf(given)?.keep !== undefined) return annotators;
    if ('threshold' in given.keep) return [...annotators, thresholdFilter(given.keep.threshold)];
    const { pareto } = given.keep as { readonly pareto: number }; // a solved alpha and a top share are decisions by source
    return [...annotators, paretoFilter(pareto, modelsOf(given), context)];
  },
});

function modelsOf({ model, models }: Options): readonly string[] {
  return models ?? [model!]; // the schema lets one of the two through
}

function decisionOf(given: Options): SourceDecision | undefined {
  const rule = ruleOf(given);
  if (rule === undefined && !given.buckets) return undefined;
  return { buckets: given.buckets, ...(rule === undefined ? {} : { keep: rule }) };
}

function ruleOf({ keep: rule, ...given }: Options): SourceDecision['keep'] {
  if (rule === undefined || 'threshold' in rule) return undefined;
  if ('top' in rule) return { kind: 'top', share: rule.top, by: rule.by, reason: 'quality-below-top-share' };
  if (typeof rule.pareto === 'number') return undefined;
  const models = modelsOf(given);
  return rule.pareto === 'match'
    ? { kind: 'pareto', match: models[0]!, purpose: paretoPurpose(models), reason: PARETO_REASON } // there is at least one
    : { kind: 'pareto', keepShare: rule.pareto.keepShare, purpose: paretoPurpose(models), reason: PARETO_REASON };
}

/** Column `quality`: float32, probability; with several models, `quality.MODEL` for each beside it. */
function annotatorsOf(given: Options, context: StageContext): Annotator[] {
  const models = modelsOf(given);
  const scorers = models.map((model) => context.quality(model));
  if (given.combine === undefined) return [annotator('quality', scorers[0]!)]; // one model
  const combine = combineScores(given.combine, models);
  const columns = models.map((model) => `quality.${model}`);
  const combined: Annotator = {
    kind: 'annotator',
    name: 'quality',
    reads: columns,
    writes: [{ name: 'quality', kind: 'float32' }],
    annotate(batch, rows) {
      const scores = columns.map((name) => columnOf(batch, name, 'float32').values);
      const values = new Float32Array(batch.length);
      for (const row of rows) values[row] = combine(scores.map((column) => column[row]!));
      return new Map<string, Column>([['quality', { kind: 'float32', values }]]);
    },
  };
  return [...columns.map((name, i) => annotator(name, scorers[i]!)), combined];
}

function annotator(column: string, scorer: QualityScorer): Annotator {
  return {
    kind: 'annotator',
    name: 'quality',
    reads: [],
    writes: [{ name: column, kind: 'float32' }],
    annotate: (batch, rows): ReadonlyMap<string, Column> => new Map([[column, { kind: 'float32', values: scorer.score(batch, rows) }]]),
  };
}

function thresholdFilter(threshold: number): Filter {
  return {
    kind: 'filter',
    name: 'quality',
    reads: ['quality'],
    reasons: ['quality-below-threshold'],
    judge(batch, rows, verdicts): void {
      const { values } = columnOf(batch, 'quality', 'float32');
      for (const row of rows) verdicts[row] = values[row]! >= threshold ? 0 : 1;
    },
  };
}

const PARETO_REASON = 'quality-pareto';
const paretoPurpose = (models: readonly string[]): string => models.join('+');

/** numpy's Pareto, which the paper draws from, is Lomax: P(pareto(alpha) > 1 - s) = (2 - s)^-alpha. The draw is a keyed hash of the document. */
export function keepProbability(score: number, alpha: number): number {
  return (2 - score) ** -alpha;
}

/** The draw in [0, 1) that a document's keep probability is compared with: kept where the draw is smaller. */
export function paretoDraw(seed: number, source: string, purpose: string): (low: number, high: number) => number {
  const key = hashKey(seed, `pareto/${source}/${purpose}`);
  return (low, high) => keyedUniform(key, low, high);
}

function paretoFilter(alpha: number, models: readonly string[], { seed, source }: StageContext): Filter {
  const draw = paretoDraw(seed, source, paretoPurpose(models));
  return {
    kind: 'filter',
    name: 'quality',
    reads: ['quality', 'id'],
    reasons: [PARETO_REASON],
    judge(batch, rows, verdicts): void {
      const { values } = columnOf(batch, 'quality', 'float32');
      const keys = documentKeys(source, batch).values;
      for (const row of rows) verdicts[row] = draw(keys[row * 2]!, keys[row * 2 + 1]!) < keepProbability(values[row]!, alpha) ? 0 : 1;
    },
  };
}
