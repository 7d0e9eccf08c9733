/**
 * Phase `cluster`, a task per level and partition: the keep policy decides each component (dedup/resolve.ts). Output: `removals`, by shard, of
 * [row, kept row, cluster, method, estimated and exact similarity as float32 bits]; the result is figures that add up over tasks. Memory: a block of one
 * component (2^18 rows, some 150 bytes each), one sort, and caches of signatures and sets of shingles.
 */
import { ClusterTally, type ClusterResult } from '../../dedup/cluster-totals.js';
import { keepOrder, type KeepRule } from '../../dedup/keep-policy.js';
import { MEMBER_WORDS } from '../../dedup/partition.js';
import { ClusterResolver, type Removal } from '../../dedup/resolve.js';
import { PartitionedWriter, readPartition } from '../../formats/partitioned-file.js';
import { LINK_ROUNDS } from '../clustering.js';
import { piecesOf, piecesTogether, type Piece } from '../cluster-members.js';
import { keepRules } from '../keep-rules.js';
import { memberColumns } from '../member-columns.js';
import type { DedupRecipe } from '../recipe.js';
import type { Phase, PhaseOutput, Run } from '../run.js';
import { ShingleCache } from '../shingle-cache.js';
import { SignatureCache } from '../signature-cache.js';
import { signatureBytes, signatureParameters } from '../signature-layout.js';
import { kernelsOf } from '../stage-context.js';
import { Survivors } from '../survivors.js';
import { clusterTask, linkRank } from '../tasks.js';

/** Words of a record of `removals`. */
export const REMOVAL_WORDS = 6;

export const cluster: Phase<ClusterResult> = {
  name: 'cluster',

  inputs(run, rank) {
    return clusterInputs(run, clustersAt(run, rank));
  },

  execute(run, rank) {
    return Promise.resolve(decideClusters(run, clustersAt(run, rank), run.workPath('cluster', rank, 'removals')));
  },
};

/** The components of one level and partition, and what decides them. */
export interface ClustersToDecide {
  /** Index into `levels`. */
  readonly level: number;
  readonly partition: number;
  readonly dedup: DedupRecipe;
}

const clustersAt = (run: Run, rank: number): ClustersToDecide => ({ ...clusterTask(run.plan, rank), dedup: run.plan.recipe.dedup! }); // a plan without dedup has no such task

export function clusterInputs(run: Run, { level, partition, dedup: { scope: _, paragraphs: __, ...dedup } }: ClustersToDecide): unknown {
  const { levels, partitions, recipe } = run.plan;
  const links = linkRanks(run, level);
  const roles = dedup.minhash?.verify === 'exact' ? ['kept', 'signatures', 'text'] : ['kept', 'signatures'];
  return {
    level: levels[level], partition, partitions, dedup, sources: Object.keys(recipe.sources),
    curated: run.checksums('curate', roles), members: run.checksums('link', ['members'], links.first, links.end),
  };
}

/** Decides them; the removals go to a partitioned file at `path`. */
export function decideClusters(run: Run, at: ClustersToDecide, path: string): PhaseOutput<ClusterResult> {
  const work = new Clusters(run, at, path);
  try {
    for (const pieces of piecesTogether(piecesOf(work.members()))) work.resolve(pieces);
    return work.commit();
  } finally {
    work.close();
  }
}

/** The tasks of `link` that wrote the members of a level. */
function linkRanks({ plan }: Run, level: number): { readonly first: number; readonly end: number } {
  const rounds = plan.clustering === 'rounds';
  const first = linkRank(plan, { level, round: rounds ? LINK_ROUNDS - 1 : 0, partition: 0 });
  return { first, end: first + (rounds ? plan.partitions : 1) };
}

class Clusters {
  readonly #run: Run;
  readonly #at: ClustersToDecide;
  readonly #survivors: Survivors;
  readonly #policy: readonly KeepRule[];
  /** Index of the source of each shard, in the order of the recipe. */
  readonly #sourceOfShard: Uint16Array;
  readonly #signatures: SignatureCache;
  readonly #tally: ClusterTally;
  readonly #resolver: ClusterResolver;
  readonly #writer: PartitionedWriter;
  readonly #record = new Uint32Array(REMOVAL_WORDS);
  readonly #similarities = new Float32Array(this.#record.buffer, 16, 2);
  #componentRows = 0;

  constructor(run: Run, at: ClustersToDecide, path: string) {
    const { recipe, shards, levels } = run.plan;
    const { dedup } = at;
    const parameters = signatureParameters(dedup);
    const sources = Object.keys(recipe.sources);
    this.#run = run;
    this.#at = at;
    this.#survivors = new Survivors(run);
    this.#policy = [...(dedup.against.length === 0 ? [] : [{ source: dedup.against }]), ...keepRules(recipe)];
    this.#sourceOfShard = Uint16Array.from(shards, ({ source }) => sources.indexOf(source));
    this.#signatures = new SignatureCache(run, this.#survivors, signatureBytes(parameters), run.memory.cache);
    const shingles = new ShingleCache(kernelsOf(run), this.#survivors, parameters.shingle, run.memory.cache);
    const against = new Set(dedup.against.map((source) => sources.indexOf(source)));
    this.#tally = new ClusterTally(sources.length);
    this.#resolver = new ClusterResolver({
      level: levels[this.#at.level]!, exact: dedup.exact, url: dedup.url, minhash: dedup.minhash?.verify, permutations: parameters.bands * parameters.rows,
      keysOf: (row) => this.#signatures.keysOf(row), minimaOf: (row) => this.#signatures.minimaOf(row), exactJaccard: (a, b) => shingles.jaccard(a, b),
      isAgainst: (row) => against.has(this.#sourceOf(row)), within: dedup.within, dropAll: dedup.dropAll,
    }, { removed: (removal, forMember) => this.#removed(removal, forMember), blockEnded: (isCarried) => this.#tally.endBlock(isCarried) });
    this.#writer = new PartitionedWriter(path, run.path('work', 'shuffle'), run.memory.sort, { words: REMOVAL_WORDS, partitions: shards.length });
  }

  /** The members of the partition, sorted: all of them are in one file. */
  *members(): Generator<Uint32Array> {
    const { first, end } = linkRanks(this.#run, this.#at.level);
    const link = end - first === 1 ? first : first + this.#at.partition;
    yield* readPartition(this.#run.outputPath(this.#run.completed('link', link), 'members'), this.#at.partition, { words: MEMBER_WORDS, partitions: this.#run.plan.partitions });
  }

  /** Decides pieces whose columns are looked up together, or one after another where their ids are too long for that. */
  resolve(pieces: readonly Piece[]): void {
    const rows = new Uint32Array(pieces.reduce((sum, piece) => sum + piece.rows.length, 0));
    pieces.reduce((at, piece) => (rows.set(piece.rows, at), at + piece.rows.length), 0);
    const members = memberColumns(this.#survivors, this.#sourceOfShard, this.#policy, rows.sort());
    const together = members.rows.length === rows.length ? keepOrder(this.#policy, Object.keys(this.#run.plan.recipe.sources), members) : undefined;
    for (const { root, rows: own, first, last } of pieces) {
      if (first) {
        this.#resolver.begin(root);
        this.#componentRows = 0;
      }
      this.#componentRows += own.length;
      if (together !== undefined) this.#resolver.add(own.sort(together));
      else for (const block of this.#blocks(own)) this.#resolver.add(block);
      if (!last) continue;
      this.#resolver.end();
      this.#tally.endComponent(root, this.#componentRows);
    }
    this.#run.progress.add(rows.length, 0);
  }

  /** Rows in the order of the keep policy, as many at once as the memory for their ids allows. */
  *#blocks(rows: Uint32Array): Generator<Uint32Array> {
    for (let at = 0; at < rows.length;) {
      const members = memberColumns(this.#survivors, this.#sourceOfShard, this.#policy, rows.subarray(at));
      at += members.rows.length;
      yield members.rows.slice().sort(keepOrder(this.#policy, Object.keys(this.#run.plan.recipe.sources), members));
    }
  }

  #removed(removal: Removal, forMember: boolean): void {
    const { row, keptRow, cluster: root, method, estimate, exact } = removal;
    this.#record.set([row, keptRow, root, method]);
    this.#similarities.set([estimate, exact]);
    this.#writer.add(this.#survivors.shardOf(row), this.#record);
    this.#tally.removal(removal, this.#sourceOf(row), this.#sourceOf(keptRow), forMember);
  }

  #sourceOf(row: number): number {
    return this.#sourceOfShard[this.#survivors.shardOf(row)]!;
  }

  commit() {
    const { level } = this.#at;
    return { outputs: { removals: this.#writer.commit() }, result: this.#tally.result(this.#run.plan.levels[level]!, this.#resolver.totals) };
  }

  close(): void {
    this.#writer.abort();
    this.#signatures.close();
    this.#survivors.close();
  }
}
