/** What decontamination found and did, put together from the results of its phases. */
import { mergeCleanTotals } from '../dedup/contamination-totals.js';
import type { BenchmarkResult } from '../pipeline/phases/benchmark.js';
import type { CleanResult } from '../pipeline/phases/clean.js';
import type { FrequentResult } from '../pipeline/phases/frequent.js';
import type { RescanResult } from '../pipeline/phases/rescan.js';
import type { ScanResult } from '../pipeline/phases/scan.js';
import type { PhaseName } from '../pipeline/plan.js';
import type { Run } from '../pipeline/run.js';
import { tasksOf } from '../pipeline/tasks.js';
import type { ContaminationSummary } from '../reports/report-data.js';

/** undefined where the plan has no benchmarks. Not before all phases have ended. */
export function contaminationSummary(run: Run): ContaminationSummary | undefined {
  const { decontaminate } = run.plan.recipe;
  if (decontaminate === undefined) return undefined;
  const { benchmarks } = run.completed<BenchmarkResult>('benchmark', 0).result;
  const frequent = run.completed<FrequentResult>('frequent', 0).result;
  const totals = mergeCleanTotals(benchmarks.length, resultsOf<CleanResult>(run, 'clean'));
  const { against: _, sources: __, ...rule } = decontaminate;
  const names = benchmarks.map(({ name }) => name);
  return {
    rule, scanned: sumOf(resultsOf<ScanResult>(run, 'scan')), ngrams: frequent.ngrams, matched: frequent.matched, ignored: frequent.ignored,
    documents: totals.documents, split: totals.split, bytes: totals.bytes, rejoined: totals.rejoined,
    benchmarks: benchmarks.map(({ name, items, comparable, ngrams, lost, fault }, i) => {
      const found = frequent.benchmarks[i]!; // in the same order, as are the totals
      return {
        name, items, comparable, touched: found.items, ngrams, matched: found.matched, ignored: found.ignored, documents: totals.benchmarks[i]!, lost, ...(fault === undefined ? {} : { fault }),
      };
    }),
    ignoredTop: frequent.top.map(({ text, documents, benchmarks: of }) => ({ text, documents, benchmarks: of.map((benchmark) => names[benchmark]!) })),
    top: totals.top.map(({ id, source, benchmarks: of, ngrams, dropped, text }) => ({ id, source, benchmarks: of, ngrams, dropped, text })),
    rescanned: sumOf(resultsOf<RescanResult>(run, 'rescan')),
  };
}

/** What a person should look at. */
export function contaminationWarnings(summary: ContaminationSummary | undefined): string[] {
  return (summary?.benchmarks ?? []).flatMap(({ name, items, comparable, lost, fault }) => [
    ...(lost === 0 ? [] : [`benchmark ${name}: ${lost} records were not compared, the first: ${fault ?? 'unknown'}`]),
    ...(items > 0 && comparable === 0 ? [`benchmark ${name}: none of its ${items} items is long enough to be looked for`] : []),
    ...(items === 0 && lost === 0 ? [`benchmark ${name}: has no items`] : []),
  ]);
}

function* resultsOf<Result>(run: Run, phase: PhaseName): Generator<Result> {
  for (let rank = 0; rank < tasksOf(run.plan, phase); rank++) yield run.completed<Result>(phase, rank).result;
}

function sumOf(results: Iterable<{ readonly documents: number; readonly bytes: number }>): { readonly documents: number; readonly bytes: number } {
  const sum = { documents: 0, bytes: 0 };
  for (const { documents, bytes } of results) {
    sum.documents += documents;
    sum.bytes += bytes;
  }
  return sum;
}
