/**
 * Ends a run: merges what the tasks found into ledger.json, report.md and manifest.json. Nothing is counted again; the manifest is written last, when
 * files of earlier recipes are gone, and vouches for everything beside it.
 */
import { join } from 'node:path';
import { mergeLedgers, type Ledger } from '../core/ledger.js';
import { mergeBucketTotals } from '../dedup/bucket.js';
import { dedupAlarms, removalsBySource } from '../dedup/report.js';
import { REMOVAL_METHODS } from '../dedup/resolve.js';
import type { TaskFailure } from '../engines/engine.js';
import { writeFileAtomic } from '../formats/atomic-file.js';
import { realiseMixture } from '../mixture/realised.js';
import { completionPath } from '../pipeline/completion.js';
import { clustersOf } from '../pipeline/conservation.js';
import { indexSources } from '../pipeline/index-checks.js';
import type { CurateResult } from '../pipeline/phases/curate.js';
import type { DecideResult } from '../pipeline/phases/decide.js';
import type { MatchResult } from '../pipeline/phases/match.js';
import type { RecordResult } from '../pipeline/phases/record.js';
import type { SelectResult } from '../pipeline/phases/select.js';
import type { SizeResult } from '../pipeline/phases/size.js';
import type { TrainResult } from '../pipeline/phases/train.js';
import { decidingSources, PHASES, type Plan } from '../pipeline/plan.js';
import { taskKey, tasksOf } from '../pipeline/tasks.js';
import { readRejects, RejectSample } from '../pipeline/reject-sample.js';
import type { Run } from '../pipeline/run.js';
import { openRun } from '../pipeline/task.js';
import { lshSummary } from '../reports/lsh-summary.js';
import { buildManifest, type CorpusOrder, type Manifest, type ManifestCrawl } from '../reports/manifest.js';
import { renderReport } from '../reports/markdown.js';
import { renderRejects } from '../reports/rejects.js';
import type { DecisionSummary, DuplicateSummary, FaultSummary, ModelSummary, ReportData } from '../reports/report-data.js';
import { TERMS_OF_USE } from '../storage/crawl-list.js';
import { crawlsOf } from './crawl-inputs.js';
import { writeCorpusOrder, writtenParts } from './corpus-order.js';
import { contaminationSummary, contaminationWarnings } from './contamination-summary.js';
import { removeUnnamed } from './run-folder.js';

export interface FinishedRun {
  readonly manifest: Manifest;
  /** What reports are made of. */
  readonly data: ReportData;
}

/** undefined when a phase other than `curate` is not whole: then there is no corpus to vouch for. */
export function finishRun(plan: Plan, failures: readonly TaskFailure[]): FinishedRun | undefined {
  if (failures.some(({ phase }) => phase !== 'curate')) return undefined;
  const run = openRun(plan);
  if (plan.shards.every((_, rank) => run.completion('curate', rank) === undefined)) return undefined;
  const order = writeCorpusOrder(run);
  const data = reportData(run, failures, order);
  writeFileAtomic(run.path('ledger.json'), `${JSON.stringify(data.ledger, null, 2)}\n`);
  writeFileAtomic(run.path('report.md'), renderReport(data));
  const notes = writeRejectNotes(run, data.ledger);
  removeUnnamed(plan.directory, new Set([...namedFiles(run), ...order.files.map(({ path }) => path), ...notes]));
  writeFileAtomic(run.path('manifest.json'), `${JSON.stringify(data.manifest, null, 2)}\n`);
  return { manifest: data.manifest, data };
}

function reportData(run: Run, failures: readonly TaskFailure[], order: CorpusOrder): ReportData {
  const { plan } = run;
  const { recipe } = plan;
  const ranks = plan.shards.map((_, rank) => rank).filter((rank) => run.completion('curate', rank) !== undefined);
  const selected = run.completed<SelectResult>('select', 0).result;
  const sizes = run.completed<SizeResult>('size', 0).result;
  const mixture = {
    unit: selected.unit, budget: selected.budget ?? selected.sources.reduce((sum, { written }) => sum + written.size, 0),
    sources: mixtureSources(selected), warnings: selected.warnings,
  };
  const written = Object.fromEntries(selected.sources.map((source) => [source.source, source.written]));
  const ledger: Ledger = mergeLedgers(shardLedgers(run, ranks));
  const duplicates = recipe.dedup === undefined ? undefined : duplicateSummary(run, ledger, ranks);
  const contamination = contaminationSummary(run);
  const manifest = buildManifest({
    recipe: { name: recipe.name, fingerprint: plan.recipeFingerprint }, version: plan.version, seed: recipe.seed,
    unit: selected.unit, counted: sizes.counted, realised: realiseMixture(mixture, written), corpus: writtenParts(run), order,
    bytesPerToken: Object.fromEntries(Object.entries(recipe.sources).map(([source, { bytesPerToken }]) => [source, bytesPerToken])),
    failedShards: failures.map(({ task }) => task), crawls: crawlsRead(plan), duplicates, contamination,
  });
  const models = Object.keys(recipe.models).map((name, rank) => ({ name, result: run.completed<TrainResult>('train', rank).result }));
  return {
    manifest, ledger, mixture, sizes, directory: plan.directory, trainedWithout: [...new Set(models.flatMap(({ result: { unread = [] } }) => unread))],
    ...(duplicates === undefined ? {} : { duplicates }),
    ...(contamination === undefined ? {} : { contamination }),
    models: models.map(({ name, result }) => modelSummary(name, result)),
    decisions: decidingSources(plan).map((_, rank) => decisionSummary(run.completed<DecideResult>('decide', rank).result)),
    faults: faultSummaries(run, ranks),
    warnings: [
      ...failures.map(({ task, message }) => `shard ${task} failed and is not in the corpus: ${message}`),
      ...models.flatMap(({ name, result: { unread = [] } }) => unread.map((shard) => `model ${name}: trained without ${shard}, which could not be read then; the same command trains it again`)),
      ...models.flatMap(({ name, result }) => result.warnings.map((warning) => `model ${name}: ${warning}`)),
      ...contaminationWarnings(contamination),
    ],
  };
}

function crawlsRead({ recipe, shards }: Plan): ManifestCrawl[] {
  return [...crawlsOf(recipe)].map(([source, { name }]) => (
    { source, crawl: name, shards: shards.filter((shard) => shard.source === source).length, termsOfUse: TERMS_OF_USE }));
}

/** One after another, since a crawl's together are too many to hold. */
function* shardLedgers(run: Run, ranks: readonly number[]): Generator<Ledger> {
  for (const rank of ranks) yield { sources: [run.completed<RecordResult>('record', rank).result.ledger] };
}

/** Without a mixture every surviving document once, weights as the sizes have it. */
function mixtureSources({ sources }: SelectResult): ReportData['mixture']['sources'] {
  const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
  const total = sources.reduce((sum, { available }) => sum + available.size, 0);
  const planned = sources.reduce((sum, { quota }) => sum + quota, 0);
  return sources.map(({ source, requestedWeight, available: { size }, quota, wholeCopies }) => {
    const fractionSize = quota - wholeCopies * size;
    return {
      source, available: size, quota, wholeCopies, fractionSize, requestedWeight: requestedWeight ?? share(size, total), plannedWeight: share(quota, planned),
      epochs: share(quota, size), fraction: share(fractionSize, size),
    };
  });
}

function duplicateSummary(run: Run, ledger: Ledger, ranks: readonly number[]): DuplicateSummary {
  const { against, exact, url, minhash } = run.plan.recipe.dedup!; // asked for where there is one
  const methods = REMOVAL_METHODS.filter((method) => ({ exact, url, minhash: minhash !== undefined })[method]);
  const names = Object.keys(run.plan.recipe.sources);
  const compared = names.map((name) => (indexSources(run.plan.recipe).includes(name) ? documentsTaken(run, name)
    : ledger.sources.find(({ source }) => source === name)?.stages.find(({ stage }) => stage === 'dedup')?.in.documents ?? 0));
  if (tasksOf(run.plan, 'cluster') === 0) { // paragraphs alone: no document was compared as a whole
    const sources = names.map((source, s) => ({ source, against: against.includes(source), documents: compared[s]!, removed: 0, byMethod: {} }));
    return { clusters: 0, documents: 0, histogram: [], sources, shortDocuments: 0, alarms: [] };
  }
  const clusters = clustersOf(run, 0);
  const bySource = removalsBySource(clusters, names, compared);
  const buckets = mergeBucketTotals(Array.from({ length: tasksOf(run.plan, 'match') }, (_, rank) => run.completed<MatchResult>('match', rank).result.buckets));
  return {
    clusters: clusters.sizes.reduce((sum, size) => sum + size.clusters, 0),
    documents: clusters.sizes.reduce((sum, size) => sum + size.documents, 0),
    histogram: clusters.sizes.slice(0, clusters.sizes.findLastIndex((size) => size.clusters > 0) + 1).map(({ size, clusters: count }) => ({ size, clusters: count })),
    sources: bySource.map((found) => ({
      source: found.source, against: against.includes(found.source), documents: found.documents, removed: found.removed,
      byMethod: Object.fromEntries(methods.map((method) => [method, found[method]])),
    })),
    shortDocuments: ranks.reduce((sum, rank) => sum + run.completed<CurateResult>('curate', rank).result.shortDocuments, 0),
    ...(minhash === undefined ? {} : { lsh: lshSummary(minhash) }), alarms: dedupAlarms(bySource, clusters, buckets),
  };
}

/** Documents of an index: no ledger counts them, as they were read by another run. */
function documentsTaken(run: Run, index: string): number {
  return run.plan.shards.reduce((sum, { source }, rank) => sum + (source === index ? (run.completion<CurateResult>('curate', rank)?.result.kept ?? 0) : 0), 0);
}

function modelSummary(name: string, { trained }: TrainResult): ModelSummary {
  if (trained === undefined) return { name };
  const { positive, negative, heldOut, heldOutDocuments } = trained;
  return { name, trained: { positive, negative, heldOut: heldOutDocuments.examples, f1: heldOutDocuments.f1, auc: heldOutDocuments.auc, f1OfPieces: heldOut.f1 } };
}

function decisionSummary({ source, stage, documents, kept, solved }: DecideResult): DecisionSummary {
  return { source, stage, documents, kept, solved: solved === undefined ? 'twentieths only' : solvedText(solved) };
}

function solvedText(solved: NonNullable<DecideResult['solved']>): string {
  if ('threshold' in solved) return `score at least ${solved.threshold.toPrecision(6)}, ties by keyed hash`;
  const distance = solved.distance === undefined ? '' : `; distance to the reference's scores ${solved.distance.toFixed(4)}`;
  return `alpha ${solved.alpha.toPrecision(6)}, expected to keep ${(solved.expectedShare * 100).toFixed(2)} %${distance}`;
}

/** Stages that decide over the whole corpus: decision records tell of each document that they drop. */
const OVER_THE_CORPUS: readonly string[] = ['dedup', 'paragraphs', 'decontaminate', 'mixture'];

/** rejects/SOURCE.STAGE.md: what each stage dropped, with a sample. */
function writeRejectNotes(run: Run, ledger: Ledger): string[] {
  return ledger.sources.flatMap(({ source, stages }) => {
    const sample = new RejectSample();
    for (const path of rejectFiles(run, source)) for (const reject of readRejects(path)) sample.add(reject);
    const rejects = sample.rejects();
    return stages.slice(1).filter(({ stage }) => !OVER_THE_CORPUS.includes(stage)).map((stage) => { // the first is `read`, whose losses are faults
      const name = join('rejects', `${source}.${stage.stage}.md`);
      writeFileAtomic(run.path(name), renderRejects(source, stage, rejects.filter((reject) => reject.stage === stage.stage)));
      return name;
    });
  });
}

function rejectFiles(run: Run, source: string): string[] {
  const decided = decidingSources(run.plan).indexOf(source);
  const completions = [
    ...run.plan.shards.flatMap((shard, rank) => (shard.source === source ? [run.completion('curate', rank)] : [])),
    decided < 0 ? undefined : run.completed('decide', decided),
  ];
  return completions.flatMap((completion) => (completion === undefined ? [] : [run.outputPath(completion, 'rejects')]));
}

const PLACES = 5;

function faultSummaries(run: Run, ranks: readonly number[]): FaultSummary[] {
  const summaries = new Map<string, FaultSummary & { count: number; places: FaultSummary['places'][number][] }>();
  for (const rank of ranks) {
    const { source, name: shard } = run.plan.shards[rank]!;
    for (const { reason, lost, count, places } of run.completed<CurateResult>('curate', rank).result.faults) {
      const key = `${source}\0${reason}`;
      const summary = summaries.get(key) ?? { source, reason, lost, count: 0, places: [] };
      summary.count += count;
      summary.places.push(...places.slice(0, PLACES - summary.places.length).map((place) => ({ shard, ...place })));
      summaries.set(key, summary);
    }
  }
  return [...summaries.values()];
}

/** Every file that belongs to the run, relative to its folder. */
function namedFiles(run: Run): Set<string> {
  const named = new Set([join('work', 'plan.json'), join('work', 'lock'), join('work', 'published.jsonl')]);
  for (const phase of PHASES) {
    for (let rank = 0; rank < tasksOf(run.plan, phase); rank++) {
      const completion = phase === 'record' && run.completion('curate', rank) === undefined ? undefined : run.completion(phase, rank);
      if (completion === undefined) continue;
      named.add(completionPath(phase, taskKey(run.plan, phase, rank)));
      for (const { path } of Object.values(completion.outputs)) named.add(path);
    }
  }
  return named;
}
