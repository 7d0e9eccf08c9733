/**
 * MinHash signatures from the WASM kernel (assembly/signatures.ts); minima of other tools' kinds come from compatible-signatures.ts. What the values
 * are is said in reference/signatures.ts. Rows go through in turns, so that the kernel's results take at most 4 MiB of its memory (or one row)
 * whatever the batch.
 */
import type { DocumentBatch } from '../core/document-batch.js';
import { isCompatibleKind, signCompatible } from './compatible-signatures.js';
import type { SignatureKind, SignatureParameters, Signatures } from './kernels.js';
import { checkParameters, drawOnePermutation, drawPermutations, UNIT_NUMBERS } from './permutations.js';
import type { WasmRuntime } from './runtime.js';

const RESULT_BYTES_A_TURN = 4 << 20;
/** The kernel works on sixteen permutations at a time. */
const PERMUTATIONS_A_BLOCK = 16;

/** What assembly/signatures.ts calls the kinds; of those that are not its own it gives the units and the exact hash. */
const KIND_NUMBERS: Readonly<Record<SignatureKind, number>> = { permutations: 0, 'one-permutation': 1, datasketch: 2, datatrove: 2 };

/** See Kernels.signatures. Throws RangeError for parameters outside the limits of permutations.ts. */
export function signatures(runtime: WasmRuntime, batch: DocumentBatch, rows: Uint32Array, parameters: SignatureParameters): Signatures {
  checkParameters(parameters);
  const { bands, shingle, kind } = parameters;
  const drawn = constantsOf(parameters);
  const hashes = bands * parameters.rows;
  const widths = { units: 4, exact: 16, bandHashes: 8 * bands, minima: 2 * hashes }; // bytes a row
  const rowBytes = widths.units + widths.exact + widths.bandHashes + widths.minima;
  const turn = Math.max(1, Math.min(rows.length, Math.floor(RESULT_BYTES_A_TURN / rowBytes)));
  const result = {
    units: new Uint32Array(batch.length),
    exact: new Uint32Array(4 * batch.length),
    bandHashes: new Uint32Array(2 * bands * batch.length),
    minima: new Uint16Array(hashes * batch.length),
  };
  if (rows.length === 0) return result;
  runtime.loadWords(batch);
  const constants = runtime.scratch(4 * drawn.length + rowBytes * turn);
  const exactAt = constants + 4 * drawn.length;
  const bandsAt = exactAt + widths.exact * turn;
  const unitsAt = bandsAt + widths.bandHashes * turn;
  const minimaAt = unitsAt + widths.units * turn;
  runtime.u32(constants, drawn.length).set(drawn);
  for (let from = 0; from < rows.length; from += turn) {
    const part = rows.subarray(from, from + turn);
    runtime.call(
      'signatures', runtime.putRows(part), part.length, UNIT_NUMBERS[shingle.unit], shingle.length, KIND_NUMBERS[kind], constants, bands,
      parameters.rows, unitsAt, exactAt, bandsAt, minimaAt,
    );
    scatter(runtime.u32(unitsAt, part.length), part, result.units, 1);
    scatter(runtime.u32(exactAt, 4 * part.length), part, result.exact, 4);
    scatter(runtime.u32(bandsAt, 2 * bands * part.length), part, result.bandHashes, 2 * bands);
    scatter(runtime.u16(minimaAt, hashes * part.length), part, result.minima, hashes);
  }
  if (isCompatibleKind(kind)) signCompatible(kind, batch, rows, parameters, result);
  return result;
}

/** Multipliers and then addends, each padded to whole blocks; or the two keys of one permutation; nothing where the kernel draws no minima. */
function constantsOf({ bands, rows, kind, seed }: SignatureParameters): Uint32Array {
  if (kind === 'one-permutation') {
    const { shingleKey, binKey } = drawOnePermutation(seed);
    return Uint32Array.of(...shingleKey, ...binKey);
  }
  if (isCompatibleKind(kind)) return new Uint32Array(0);
  const { multipliers, addends } = drawPermutations({ bands, rows, seed });
  const padded = Math.ceil(addends.length / PERMUTATIONS_A_BLOCK) * PERMUTATIONS_A_BLOCK;
  const constants = new Uint32Array(2 * padded);
  constants.set(multipliers);
  constants.set(addends, padded);
  return constants;
}

/** Copies entries that lie in the order of `rows` to their rows in an array of the whole batch. */
function scatter<T extends Uint16Array | Uint32Array>(from: T, rows: Uint32Array, to: T, width: number): void {
  rows.forEach((row, i) => to.set(from.subarray(width * i, width * (i + 1)), width * row));
}
