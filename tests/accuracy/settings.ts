/** What deduplication does where nothing else is asked for. */
import type { SignatureParameters } from '#src/kernels/kernels.js';

export const THRESHOLD = 0.8;
export const DEFAULT_SIGNATURE: SignatureParameters = { bands: 14, rows: 8, shingle: { length: 5, unit: 'script' }, kind: 'permutations', seed: 1 };
