/**
 * What makes an index of one run fit for another: signatures made in the same way, by code that hashes as the code here does, and texts where texts are
 * compared. Scope, threshold, methods and keep policy may differ.
 */
import { createHash } from 'node:crypto';
import { ConfigError } from '../core/errors.js';
import { urlHash } from '../dedup/normal-url.js';
import { shingleText } from '../dedup/shingle-text.js';
import type { DedupIndex, DedupIndexParameters } from '../formats/dedup-index.js';
import type { Kernels } from '../kernels/kernels.js';
import type { DedupRecipe, Recipe } from './recipe.js';
import { KEYS_ONLY, signatureBytes, signatureParameters } from './signature-layout.js';

/** The parameters of the index that a run with this deduplication writes. */
export function indexParameters(dedup: DedupRecipe, kernels: Kernels): DedupIndexParameters {
  const minhash = dedup.minhash === undefined ? null : signatureParameters(dedup);
  return { urls: dedup.url, minhash, texts: dedup.minhash?.verify === 'exact', probe: probe(minhash, kernels) };
}

/** ConfigError, with what was found and expected, where the index in `directory` cannot be compared with in a run with this deduplication. */
export function expectFit(directory: string, { made, parameters }: DedupIndex, dedup: DedupRecipe, kernels: Kernels): void {
  const fail = (found: string, expected: string): never => {
    throw new ConfigError(`${directory}: found an index ${found}, expected one ${expected}`);
  };
  const { minhash } = parameters;
  if (dedup.url && !parameters.urls) fail('without addresses', 'with them (written by a run with the method url), or no url here');
  if (dedup.minhash !== undefined) {
    const wanted = signatureParameters(dedup);
    if (minhash === null) {
      return fail('of equal texts and addresses alone', `with MinHash signatures (${signatureText(wanted)}), or no minhash here`);
    }
    if (signatureText(minhash) !== signatureText(wanted)) fail(`of ${signatureText(minhash)}`, `of ${signatureText(wanted)}`);
    if (dedup.minhash.verify === 'exact' && !parameters.texts) {
      fail('without texts', 'with them (written by a run with verify: exact), or verify: estimated here');
    }
  }
  if (probe(minhash, kernels) !== parameters.probe) {
    fail(`whose hashes were made in another way (by sluice ${made.sluice})`, 'as this release makes them: write it again');
  }
}

/** Rough bytes of a document in the columns of an index that fits, for planning alone. */
export function indexRowBytes({ dedup }: Pick<Recipe, 'dedup'>): number {
  const { minhash } = dedup ?? {};
  return 100 + (dedup === undefined || minhash === undefined ? 0 : signatureBytes(signatureParameters(dedup)) + 8 * minhash.bands);
}

const signatureText = ({ shingle, kind, bands, rows, seed }: NonNullable<DedupIndexParameters['minhash']>): string => (
  `${bands} bands of ${rows} rows, ${kind}, shingles of ${shingleText(shingle)}, seed ${seed}`);

/** Longer than any shingle, in scripts with and without spaces. */
const PROBE = `${Array.from({ length: 120 }, (_, i) => `Word${i * i}`).join(', ')}. ${String.fromCodePoint(...Array.from({ length: 120 }, (_, i) => 0x4e00 + 7 * i))}`;

/** Of an address that normalising changes. */
const PROBE_URL = 'HTTP://www.Example.com:80/a/../B/?utm_source=x&b=2&a=1&b=%7e#end';

/** What the kernels make of a fixed text and address, so that an index of a release that hashes otherwise is told apart. */
function probe(minhash: DedupIndexParameters['minhash'], kernels: Kernels): string {
  const text = new TextEncoder().encode(PROBE);
  const batch = { length: 1, text, offsets: Uint32Array.of(0, text.length), columns: new Map() };
  const { exact, minima, bandHashes } = kernels.signatures(batch, Uint32Array.of(0), minhash ?? KEYS_ONLY);
  const hash = createHash('sha256').update(exact).update(urlHash(new TextEncoder().encode(PROBE_URL)));
  if (minhash !== null) hash.update(minima).update(bandHashes);
  return hash.digest('hex').slice(0, 32);
}
