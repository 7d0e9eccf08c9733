/**
 * Phase `cluster`, one task: verified pairs and exact pairs become clusters, and the keep policy decides each. Output: `removals`, a column file of
 * one row per removed document, ascending: the kept one, how similar, and by which method. Memory: some 100 bytes and an id for each document
 * that has a duplicate; the others take none.
 */
import { utf8At, utf8Column, type Column } from '../../core/document-batch.js';
import { mergeBucketTotals, type BucketTotals } from '../../dedup/bucket.js';
import { connectedComponents, type RowPairs } from '../../dedup/components.js';
import { exactKeptRow } from '../../dedup/exact.js';
import { keepOrder, type MemberColumns } from '../../dedup/keep-policy.js';
import { clusterSizes, dedupAlarms, removalsBySource, type Alarm, type SizeClass, type SourceRemovals } from '../../dedup/report.js';
import { resolveClusters, type Removals } from '../../dedup/resolve.js';
import { positionOf } from '../../dedup/rows.js';
import { ColumnWriter } from '../../formats/column-writer.js';
import { PositionedFile } from '../../formats/positioned-file.js';
import { keepRules } from '../keep-rules.js';
import { tasksOf } from '../tasks.js';
import { readRemovedExact } from '../removed-exact.js';
import type { Phase, Run } from '../run.js';
import { signatureBytes, signatureParameters } from '../signature-writer.js';
import { Survivors } from '../survivors.js';
import type { MatchResult } from './match.js';

export interface ClusterResult {
  readonly documents: number;
  readonly removed: number;
  readonly sizes: readonly SizeClass[];
  readonly sources: readonly SourceRemovals[];
  readonly alarms: readonly Alarm[];
  readonly buckets: BucketTotals;
  /** Pairs compared while clusters were decided. */
  readonly comparisons: number;
  /** `removals` rows of each shard of the plan: those of shard s are [ends[s - 1], ends[s]). */
  readonly ends: readonly number[];
}

export const cluster: Phase<ClusterResult> = {
  name: 'cluster',

  inputs(run) {
    return {
      keep: run.plan.recipe.dedup!.keep, minhash: run.plan.recipe.dedup!.minhash ?? null, sources: Object.keys(run.plan.recipe.sources),
      curated: run.checksums('curate', ['kept', 'signatures']), exact: run.checksums('exact', ['removed']), edges: run.checksums('match', ['edges']),
    };
  },

  async execute(run) {
    const { recipe, shards } = run.plan;
    const dedup = recipe.dedup!; // a plan without dedup has no such task
    const parameters = signatureParameters(dedup);
    const survivors = new Survivors(run);
    const sources = Object.keys(recipe.sources);
    try {
      const exact = readRemovedExact(run);
      const clusters = connectedComponents({ [Symbol.iterator]: () => pairs(run, { rowA: exact.keptRows, rowB: exact.rows }) });
      const members = survivors.members(clusters.rows.slice().sort());
      const width = signatureBytes(parameters);
      const { removals, totals } = resolveClusters(clusters, {
        threshold: dedup.minhash?.threshold ?? 1,
        permutations: parameters.bands * parameters.rows,
        signatureOf: (row) => survivors.signatureOf(row, width),
        compare: keepOrder(keepRules(recipe), sources, members),
        exactKeptRow: (row) => exactKeptRow(exact, row),
      });
      const bySource = removalsBySource(removals, sources, survivors.firstRowsOfSources());
      const buckets = mergeBucketTotals(Array.from({ length: tasksOf(run.plan, 'match') }, (_, rank) => run.completed<MatchResult>('match', rank).result));
      const ends = shards.map((_, shard) => countBelow(removals.rows, survivors.firstRows[shard + 1]!));
      return {
        outputs: { removals: writeRemovals(run, members, removals) },
        result: {
          documents: survivors.documents, removed: removals.rows.length, sizes: clusterSizes(clusters, survivors.documents), sources: bySource,
          alarms: dedupAlarms(bySource, clusters, buckets, totals), buckets, comparisons: totals.comparisons, ends,
        },
      };
    } finally {
      survivors.close();
    }
  },
};

const EDGES_AT_ONCE = 1 << 16;

function* pairs(run: Run, exact: RowPairs): Generator<RowPairs> {
  yield exact;
  for (let rank = 0; rank < tasksOf(run.plan, 'match'); rank++) {
    const file = new PositionedFile(run.outputPath(run.completed('match', rank), 'edges'));
    try {
      for (let at = 0; at < file.bytes; at += EDGES_AT_ONCE * 12) {
        const edges = new Uint32Array(file.read(at, Math.min(EDGES_AT_ONCE * 12, file.bytes - at)).buffer);
        const rowA = new Uint32Array(edges.length / 3);
        const rowB = new Uint32Array(edges.length / 3);
        for (let i = 0; i < rowA.length; i++) {
          rowA[i] = edges[3 * i]!;
          rowB[i] = edges[3 * i + 1]!;
        }
        yield { rowA, rowB };
      }
    } finally {
      file.close();
    }
  }
}

const AT_ONCE = 1 << 12;

function writeRemovals(run: Run, members: MemberColumns, { rows, keptRows, jaccard, methods, clusters }: Removals) {
  const writer = new ColumnWriter(run.workPath('cluster', 0, 'removals'), [
    { name: 'row', kind: 'uint32' }, { name: 'keptRow', kind: 'uint32' }, { name: 'keptId', kind: 'utf8' },
    { name: 'jaccard', kind: 'float32' }, { name: 'method', kind: 'uint32' }, { name: 'cluster', kind: 'uint32' },
  ]);
  try {
    for (let from = 0; from < rows.length; from += AT_ONCE) {
      const to = Math.min(rows.length, from + AT_ONCE);
      writer.append(new Map<string, Column>([
        ['row', { kind: 'uint32', values: rows.subarray(from, to) }],
        ['keptRow', { kind: 'uint32', values: keptRows.subarray(from, to) }],
        ['keptId', utf8Column(Array.from(keptRows.subarray(from, to), (row) => utf8At(members.id, positionOf(members.rows, row))))],
        ['jaccard', { kind: 'float32', values: jaccard.subarray(from, to) }],
        ['method', { kind: 'uint32', values: Uint32Array.from(methods.subarray(from, to)) }],
        ['cluster', { kind: 'uint32', values: clusters.subarray(from, to) }],
      ]));
    }
    return writer.commit();
  } finally {
    writer.abort();
  }
}

/** How many of ascending `rows` are smaller than `limit`. */
function countBelow(rows: Uint32Array, limit: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rows[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
