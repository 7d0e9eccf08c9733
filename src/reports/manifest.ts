/**
 * The manifest of a corpus: what made it (recipe, tool, seed), what each source gave, and every file with its size and checksum. `digest`
 * names the corpus's content: two runs gave the same corpus exactly when their digests are equal.
 */
import { createHash } from 'node:crypto';
import type { RealisedSource } from '../mixture/realised.js';
import type { MixtureUnit } from '../mixture/unit.js';
import type { Counted } from '../pipeline/sampled-sizes.js';
import type { ContaminationSummary, DuplicateSummary } from './report-data.js';

export interface CorpusFile {
  /** Relative to the output directory: `corpus/part-00000.jsonl.gz`. */
  readonly path: string;
  readonly documents: number;
  /** Size and SHA-256 (hexadecimal) of the file as it is stored. */
  readonly bytes: number;
  readonly sha256: string;
  /** Size and SHA-256 of its JSON Lines before compression. */
  readonly plainBytes: number;
  readonly plainSha256: string;
}

/** The index of the order in which training reads the corpus (formats/order-index.ts). */
export interface CorpusOrder {
  /** Another one: other documents, or at other places. */
  readonly fingerprint: string;
  readonly documents: number;
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
}

/** A crawl of Common Crawl that a source read. */
export interface ManifestCrawl {
  readonly source: string;
  /** `CC-MAIN-2024-10`. */
  readonly crawl: string;
  /** How many of its shards were asked for. */
  readonly shards: number;
  /** What applies to the data. */
  readonly termsOfUse: string;
}

export interface ManifestSource {
  readonly name: string;
  readonly requestedWeight: number;
  readonly realisedWeight: number;
  /** In the mixture's unit. */
  readonly size: number;
  readonly tokens: number;
  readonly bytes: number;
  readonly documents: number;
  readonly epochs: number;
  /** UTF-8 bytes a token: what its tokens were estimated with. */
  readonly bytesPerToken: number;
}

export interface Manifest {
  readonly recipe: { readonly name: string; readonly fingerprint: string };
  /** The tool's. */
  readonly version: string;
  readonly seed: number;
  /** What weights and sizes count. */
  readonly unit: MixtureUnit;
  /** How sizes came about. */
  readonly counted: Counted;
  readonly sources: readonly ManifestSource[];
  /** Absent: no source names one. */
  readonly crawls?: readonly ManifestCrawl[];
  readonly corpus: readonly CorpusFile[];
  readonly order: CorpusOrder;
  /** Shards that could not be read and so are not in the corpus; empty when all is whole. */
  readonly failedShards: readonly string[];
  /** Absent: the recipe has no dedup. */
  readonly duplicates?: DuplicateSummary;
  /** Absent: the recipe has no decontaminate. */
  readonly contamination?: ContaminationSummary;
  /** See corpusDigest. */
  readonly digest: string;
}

export interface ManifestInput {
  readonly recipe: { readonly name: string; readonly fingerprint: string };
  readonly version: string;
  readonly seed: number;
  readonly unit: MixtureUnit;
  readonly counted: Counted;
  readonly realised: readonly RealisedSource[];
  /** By source. */
  readonly bytesPerToken: Readonly<Record<string, number>>;
  /** In the order of the corpus. */
  readonly corpus: readonly CorpusFile[];
  readonly order: CorpusOrder;
  readonly failedShards: readonly string[];
  /** Default: none. */
  readonly crawls?: readonly ManifestCrawl[];
  readonly duplicates?: DuplicateSummary | undefined;
  readonly contamination?: ContaminationSummary | undefined;
}

/** Throws where the files and the sources disagree on the number of documents. */
export function buildManifest({ recipe, version, seed, unit, counted, realised, bytesPerToken, corpus, order, failedShards, crawls = [], duplicates, contamination }: ManifestInput): Manifest {
  const files = corpus.map((file): CorpusFile => ({
    path: file.path, documents: file.documents, bytes: file.bytes, sha256: file.sha256, plainBytes: file.plainBytes, plainSha256: file.plainSha256,
  }));
  const sources = realised.map(({ source, requestedWeight, realisedWeight, size, tokens, bytes, documents, epochs }): ManifestSource => {
    const ratio = Object.hasOwn(bytesPerToken, source) ? bytesPerToken[source] : undefined;
    if (ratio === undefined) throw new Error(`manifest: no bytesPerToken for source ${source}`);
    return { name: source, requestedWeight, realisedWeight, size, tokens, bytes, documents, epochs, bytesPerToken: ratio };
  });
  const documents = sources.reduce((sum, source) => sum + source.documents, 0);
  const written = files.reduce((sum, file) => sum + file.documents, 0);
  if (documents !== written) throw new Error(`manifest: sources gave ${documents} documents, corpus files hold ${written}`);
  return {
    recipe: { name: recipe.name, fingerprint: recipe.fingerprint }, version, seed, unit, counted, sources,
    ...(crawls.length === 0 ? {} : { crawls }), corpus: files, order, failedShards,
    ...(duplicates === undefined ? {} : { duplicates }), ...(contamination === undefined ? {} : { contamination }),
    digest: corpusDigest(files.map(({ plainSha256 }) => plainSha256)),
  };
}

/**
 * SHA-256 (hexadecimal) over one line `<sha256>\n` per part, in their order, each the SHA-256 of the part's uncompressed bytes. So it does
 * not change with a compressor's version, and can be checked with `gzip -dc part | sha256sum`.
 */
export function corpusDigest(plainSha256: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of plainSha256) {
    if (!/^[0-9a-f]{64}$/.test(part)) throw new Error(`corpus digest: found "${part}", expected 64 hexadecimal digits`);
    hash.update(`${part}\n`);
  }
  return hash.digest('hex');
}
