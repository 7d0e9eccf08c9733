/** Reads the documents that a model is judged by, scores them, and has them evaluated: the work of `sluice quality evaluate` without `--labels`. */
import type { DocumentBatch } from '../core/document-batch.js';
import { ConfigError } from '../core/errors.js';
import { readFastTextModel } from '../formats/fasttext-model.js';
import { languageModelPath } from '../formats/language-model.js';
import type { Kernels, QualityScorer } from '../kernels/kernels.js';
import { evaluate, type JudgedSource, type KeepRequest } from '../quality/evaluate.js';
import { EvaluationSample, type Measure } from '../quality/evaluate-sample.js';
import type { EvaluatedModel, QualityEvaluation } from '../quality/evaluation.js';
import { featureWeights } from '../quality/feature-weights.js';
import { checkMarkers } from '../quality/marker-check.js';
import { scorerOf, type QualityModel } from '../quality/quality-model.js';
import { everyRow, scoreTexts } from '../quality/score-texts.js';
import { sourcesOfFiles, type InputSource, type RunModel } from './evaluation-inputs.js';
import { trainAgain } from './evaluation-stability.js';

/** As on the command line. */
export interface JudgingOptions {
  readonly positive?: readonly string[];
  readonly negative?: readonly string[];
  readonly text?: string;
  readonly keep?: KeepRequest;
  readonly prior?: number;
  readonly keepShare?: number;
  readonly stability?: true;
  readonly allDocuments?: true;
  /** Of each source. */
  readonly documents: number;
  readonly seed?: number;
}

const NEEDS_SOURCES = 'expected --positive and --negative, each with NAME=GLOB, or --labels with a file';

/** `run` where the model is one of a run; `target` names it as the user did. Talks on stderr. */
export async function judgeByDocuments(
  kernels: Kernels, model: QualityModel, run: RunModel | undefined, target: string, options: JudgingOptions,
): Promise<QualityEvaluation> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const { prior, keepShare, documents, allDocuments } = options;
  const sources = await sourcesOf(run, target, options);
  const seed = options.seed ?? run?.seed ?? 0;
  const otherSeed = options.stability === true ? (run?.seed ?? 0) + 1 : undefined;
  const scorer = scorerOf(kernels, model);
  const other = otherSeed === undefined ? undefined : await secondScorer(kernels, run, otherSeed, say);
  const measure = measureWith(kernels, scorer, other);
  const judged: JudgedSource[] = [];
  for (const source of sources) {
    judged.push(await judgeSource(source, new EvaluationSample(seed, documents, allDocuments !== true), measure, say));
  }
  return evaluate({
    model: describe(model, run, target), seed, heldOutOnly: allDocuments !== true, sources: judged, prior, keepShare, otherSeed,
    keep: options.keep ?? run?.keep ?? { kind: 'threshold', threshold: 0.5 },
    checkMarkers: (found) => checkMarkers(found, (texts) => scoreTexts(scorer, texts)),
    featureWeights: (texts) => featureWeights(model, texts),
  });
}

async function sourcesOf(run: RunModel | undefined, target: string, { positive, negative, text }: JudgingOptions): Promise<readonly InputSource[]> {
  if (positive !== undefined && negative !== undefined) return sourcesOfFiles(positive, negative, text);
  if (positive !== undefined || negative !== undefined) {
    throw new ConfigError(`documents to judge by: found only ${positive === undefined ? '--negative' : '--positive'}, ${NEEDS_SOURCES}`);
  }
  if (run !== undefined && run.sources.length > 0) return run.sources;
  throw new ConfigError(`${target}: found no documents to judge by${run === undefined ? '' : ': the model comes from a file'}, ${NEEDS_SOURCES}`);
}

async function secondScorer(kernels: Kernels, run: RunModel | undefined, seed: number, say: (line: string) => void): Promise<QualityScorer> {
  if (run?.trained === undefined) {
    throw new ConfigError('--stability: found a model file, which does not say how it was trained, expected the folder of a run that trained the model');
  }
  say(`training the model again under seed ${seed}`);
  return trainAgain(run.trained, seed, run.sources, kernels, say);
}

function describe(model: QualityModel, run: RunModel | undefined, target: string): EvaluatedModel {
  const label = model.kind === 'fasttext' ? model.label : null;
  if (run === undefined) return { name: target, path: target, kind: model.kind, label };
  return { name: run.name, path: run.path, kind: model.kind, label: run.label };
}

/** fastText's probabilities may pass 1 by 1e-5, as the engine adds that before it takes logarithms; here they end at 1. */
function measureWith(kernels: Kernels, scorer: QualityScorer, other: QualityScorer | undefined): Measure {
  const languages = kernels.languageScorer(readFastTextModel(languageModelPath()));
  const scoresOf = (by: QualityScorer, batch: DocumentBatch): Float32Array =>
    by.score(batch, everyRow(batch)).map((score) => Math.min(1, Math.max(0, score)));
  return (batch) => {
    const scores = scoresOf(scorer, batch);
    const others = other === undefined ? undefined : scoresOf(other, batch);
    const { label, probability } = languages.score(batch, everyRow(batch));
    const languageOf = (row: number): string => (probability[row]! > 0 ? languages.labels[label[row]!]! : 'unknown');
    return Array.from(scores, (score, row) => ({ score, language: languageOf(row), ...(others === undefined ? {} : { otherScore: others[row]! }) }));
  };
}

/** Seconds between lines of progress. */
const LINE_EVERY = 5;

async function judgeSource(source: InputSource, sample: EvaluationSample, measure: Measure, say: (line: string) => void): Promise<JudgedSource> {
  let last = performance.now();
  for await (const batch of source.batches(say)) {
    sample.offer(batch, measure);
    if (performance.now() - last < LINE_EVERY * 1000) continue;
    last = performance.now();
    say(`${source.name}: ${sample.read} documents read`);
  }
  say(`${source.name}: ${sample.read} documents read, ${sample.eligible} to judge by`);
  return { name: source.name, positive: source.positive, read: sample.read, heldOut: sample.eligible, documents: sample.documents() };
}
