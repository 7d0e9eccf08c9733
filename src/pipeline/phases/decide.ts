/**
 * Phase `decide`, a task per source whose last stage decides by the whole source: exact shares, solved alphas and twentieths, from the scores of all
 * documents that reached the end of the stages. Outputs: `kept`, a bit a document in the order of rows; `buckets`, a byte a document (where asked);
 * `rejects`, a sample for people. Memory: 16 MB of histograms, and a block of columns.
 */
import type { WrittenFile } from '../../formats/atomic-file.js';
import { writeNumbers } from '../../formats/number-file.js';
import { isSelected, ThresholdSearch, type Threshold } from '../../mixture/select.js';
import { keptShare, matchAlpha, SCORE_BINS, scoreBin, solveAlpha } from '../../quality/keep-solvers.js';
import type { SourceDecision } from '../../stages/definition.js';
import { keepProbability, paretoDraw } from '../../stages/quality.js';
import { decidingSources } from '../plan.js';
import { RejectSample, writeRejects } from '../reject-sample.js';
import type { Phase, Run } from '../run.js';
import { ScoredDocuments, shardsOf, type ScoredDocument } from '../scored-documents.js';
import { ScoreOrder } from '../score-order.js';
import { Survivors } from '../survivors.js';
import type { TrainResult } from './train.js';

export interface DecideResult {
  readonly source: string;
  /** The stage that asked, and the reason of the documents that it drops; no reason where it drops none. */
  readonly stage: string;
  readonly reason?: string;
  readonly documents: number;
  readonly kept: number;
  /** What a rule came to: the score of the worst document of a top share; the alpha of a Pareto rule, and how far it is from what was asked. */
  readonly solved?: { readonly threshold: number } | { readonly alpha: number; readonly expectedShare: number; readonly distance?: number };
  /** Scores at which the twentieths begin, of the second to the last. */
  readonly bucketScores?: readonly number[];
}

/** Twentieths: Nemotron-CC's number of buckets. */
export const BUCKETS = 20;

export const decide: Phase<DecideResult> = {
  name: 'decide',

  inputs(run, rank) {
    const source = decidingSources(run.plan)[rank]!; // rank < tasksOf
    const decision = run.plan.needs[source]!.decision!; // that is why it has a task
    const model = matchedModel(decision);
    return {
      source, decision, seed: run.plan.recipe.seed, reference: model === undefined ? null : trainResult(run, model).positiveScores ?? null,
      curated: shardsOf(run, source).map((shard) => run.completion('curate', shard)?.outputs['kept']?.crc32 ?? null),
    };
  },

  async execute(run, rank) {
    const source = decidingSources(run.plan)[rank]!; // rank < tasksOf
    const { stage, ...decision } = run.plan.needs[source]!.decision!;
    const survivors = new Survivors(run);
    try {
      const documents = new ScoredDocuments(run, survivors, source);
      const { keeps, solved } = ruleOf(run, documents, decision);
      const sample = new RejectSample();
      let count = 0;
      const judge = (document: ScoredDocument): number => {
        const keep = keeps(document);
        count += keep ? 1 : 0;
        if (!keep) documents.sampleReject(sample, document, stage, decision.keep!.reason); // only a rule drops
        return keep ? 1 : 0;
      };
      const path = (ending: string): string => run.workPath('decide', rank, ending);
      const kept = writeNumbers(path('kept'), 1, valuesOf(documents, judge));
      const buckets = decision.buckets ? bucketsOf(run, documents, path('buckets')) : undefined;
      return {
        outputs: { kept, rejects: writeRejects(path('rejects'), sample), ...(buckets === undefined ? {} : { buckets: buckets.file }) },
        result: {
          source, stage, documents: documents.count, kept: count, ...(decision.keep === undefined ? {} : { reason: decision.keep.reason }),
          ...(solved === undefined ? {} : { solved }), ...(buckets === undefined ? {} : { bucketScores: buckets.scores }),
        },
      };
    } finally {
      survivors.close();
    }
  },
};

function* valuesOf(documents: ScoredDocuments, of: (document: ScoredDocument) => number): Generator<number> {
  for (const document of documents.all()) yield of(document);
}

const matchedModel = ({ keep }: SourceDecision): string | undefined => (keep?.kind === 'pareto' && 'match' in keep ? keep.match : undefined);

const trainResult = (run: Run, model: string): TrainResult => run.completed<TrainResult>('train', Object.keys(run.plan.recipe.models).indexOf(model)).result;

interface Rule {
  readonly keeps: (document: ScoredDocument) => boolean;
  readonly solved?: NonNullable<DecideResult['solved']>;
}

function ruleOf(run: Run, documents: ScoredDocuments, decision: SourceDecision): Rule {
  const { keep } = decision;
  if (keep === undefined) return { keeps: () => true };
  const { seed } = run.plan.recipe;
  if (keep.kind === 'top') {
    const order = new ScoreOrder(seed, documents.source);
    const weightOf = ({ tokens }: ScoredDocument): number => (keep.by === 'tokens' ? tokens : 1);
    const [bound] = searchAll(documents, [keep.share * documents.sum(weightOf)], weightOf, (document) => {
      order.set(document.score, document.low, document.high);
      return [order.low, order.highDescending];
    });
    const keeps = (document: ScoredDocument): boolean => {
      order.set(document.score, document.low, document.high);
      return isSelected(bound!, order.low, order.highDescending); // one was searched for
    };
    let worst = 1;
    for (const document of documents.all()) if (keeps(document)) worst = Math.min(worst, document.score);
    return { keeps, solved: { threshold: worst } };
  }
  const histogram = new Float64Array(SCORE_BINS);
  for (const { score } of documents.all()) histogram[scoreBin(score)]! += 1;
  const matched = 'match' in keep ? matchAlpha(histogram, referenceScores(run, keep.match)) : undefined;
  const alpha = matched?.alpha ?? ('keepShare' in keep ? solveAlpha(histogram, keep.keepShare) : 0);
  const draw = paretoDraw(seed, documents.source, keep.purpose);
  return {
    keeps: ({ score, low, high }) => draw(low, high) < keepProbability(score, alpha),
    solved: { alpha, expectedShare: keptShare(histogram, alpha), ...(matched === undefined ? {} : { distance: matched.distance }) },
  };
}

/** Scores of the reference's held-out documents, by bin. */
function referenceScores(run: Run, model: string): Float64Array {
  const histogram = new Float64Array(SCORE_BINS);
  for (const [bin, count] of trainResult(run, model).positiveScores ?? []) histogram[bin] = count;
  return histogram;
}

function searchAll(
  documents: ScoredDocuments, wanted: readonly number[], weightOf: (document: ScoredDocument) => number, keyOf: (document: ScoredDocument) => readonly [low: number, high: number],
): Threshold[] {
  const searches = wanted.map((amount) => new ThresholdSearch(amount));
  let open = searches;
  while (open.length > 0) {
    for (const document of documents.all()) {
      const [low, high] = keyOf(document);
      const weight = weightOf(document);
      for (const search of open) search.add(low, high, weight);
    }
    open = open.filter((search) => search.nextPass());
  }
  return searches.map(({ threshold }) => threshold);
}

/** Writes the twentieth of each document; gives the scores at which they begin. */
function bucketsOf(run: Run, documents: ScoredDocuments, path: string): { readonly file: WrittenFile; readonly scores: readonly number[] } {
  const order = new ScoreOrder(run.plan.recipe.seed, documents.source);
  const keyOf = ({ score, low, high }: ScoredDocument): readonly [number, number] => {
    order.set(score, low, high);
    return [order.low, order.high];
  };
  const wanted = Array.from({ length: BUCKETS - 1 }, (_, i) => ((i + 1) * documents.count) / BUCKETS);
  const bounds = searchAll(documents, wanted, () => 1, keyOf);
  const scores = new Array<number>(BUCKETS).fill(Infinity);
  const bucketOf = (document: ScoredDocument): number => {
    const [low, high] = keyOf(document);
    let bucket = 0;
    while (bucket < bounds.length && !isSelected(bounds[bucket]!, low, high)) bucket++;
    scores[bucket] = Math.min(scores[bucket]!, document.score);
    return bucket;
  };
  const file = writeNumbers(path, 8, valuesOf(documents, bucketOf));
  return { file, scores: scores.slice(1).map((score, i) => (score === Infinity ? (scores.slice(i + 2).find(Number.isFinite) ?? 1) : score)) };
}
