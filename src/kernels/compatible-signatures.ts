/**
 * Signatures of the kinds datasketch and datatrove. A shingle's token is its units' text (reference/units.ts: lower-cased), joined by single spaces,
 * characters too; those tools' own normalisation and word division are not imitated. Bands are hashed as all others are, from whole minima.
 * Memory: the units of one document as strings, some 100 bytes each.
 */
import type { DocumentBatch } from '../core/document-batch.js';
import { compatibleMinima, drawCompatible, type CompatibleKind } from './compatible-minhash.js';
import type { SignatureParameters, Signatures } from './kernels.js';
import { bandHashes } from './reference/band-hashes.js';
import { unitsOf } from './reference/units.js';

export const isCompatibleKind = (kind: SignatureParameters['kind']): kind is CompatibleKind => kind === 'datasketch' || kind === 'datatrove';

/** Fills in the bands and minima of rows whose units and exact hash are there. Errors: RangeError for a seed that numpy does not take. */
export function signCompatible(kind: CompatibleKind, batch: DocumentBatch, rows: Uint32Array, parameters: SignatureParameters, signatures: Signatures): void {
  const { bands, shingle, seed } = parameters;
  const hashes = bands * parameters.rows;
  const permutations = drawCompatible(kind, hashes, seed);
  for (const row of rows) {
    if (signatures.units[row]! < shingle.length) continue;
    const units = unitsOf(batch, row, shingle.unit);
    const minima = compatibleMinima(tokensOf(units, shingle.length), permutations);
    signatures.minima.set(minima.filter((_, half) => half % 2 === 0), hashes * row); // a Uint16Array keeps the low 16 bits
    signatures.bandHashes.set(bandHashes(minima, bands), 2 * bands * row);
  }
}

function* tokensOf(units: readonly string[], length: number): Generator<Uint8Array> {
  for (let i = 0; i + length <= units.length; i++) yield Buffer.from(units.slice(i, i + length).join(' '));
}
