/**
 * The mathematics of banding (Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", 3.4): b bands of r rows make two documents of
 * Jaccard similarity J candidates with probability 1 - (1 - J^r)^b. Papers give (b, r) in either order, so the curve is printed before a run.
 */
import { ConfigError } from '../core/errors.js';

export interface LshSetting {
  readonly bands: number;
  /** Rows a band. */
  readonly rows: number;
}

/** Least share of the pairs at the threshold that a setting must nominate; what a planned one nominates at least. */
export const LEAST_RECALL = 0.9;
const PLANNED_RECALL = 0.95;

/** Probability that two documents of this Jaccard similarity (0 to 1) share a band. */
export function candidateProbability(jaccard: number, { bands, rows }: LshSetting): number {
  return -Math.expm1(bands * Math.log1p(-(jaccard ** rows))); // plain 1 - (1 - x)^b loses small x
}

/** Where the curve is steepest, nearly: (1/b)^(1/r). */
export function knee({ bands, rows }: LshSetting): number {
  return (1 / bands) ** (1 / rows);
}

export interface CurvePoint {
  readonly jaccard: number;
  readonly probability: number;
}

const CURVE_LEVELS = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1];

export function sCurve(setting: LshSetting): CurvePoint[] {
  return CURVE_LEVELS.map((jaccard) => ({ jaccard, probability: candidateProbability(jaccard, setting) }));
}

export interface LshCheck {
  readonly curve: readonly CurvePoint[];
  readonly knee: number;
  /** Probability of nomination at the threshold. */
  readonly recall: number;
}

/**
 * The figures of a setting at a verification threshold. Throws ConfigError, with the figures, where fewer than `LEAST_RECALL` of the pairs at the
 * threshold would be nominated: whatever is verified later, those would be missed.
 */
export function checkLsh({ threshold, ...setting }: LshSetting & { readonly threshold: number }): LshCheck {
  if (!(threshold > 0 && threshold <= 1)) throw new ConfigError(`minhash: verify is ${threshold}, expected more than 0 and at most 1`);
  for (const [name, found] of Object.entries(setting)) {
    if (!Number.isInteger(found) || found < 1) throw new ConfigError(`minhash: ${name} is ${found}, expected a whole number from 1`);
  }
  const check = { curve: sCurve(setting), knee: knee(setting), recall: candidateProbability(threshold, setting) };
  if (check.recall < LEAST_RECALL) {
    const points = check.curve.map(({ jaccard, probability }) => `${jaccard}: ${percent(probability)}`).join(', ');
    throw new ConfigError(
      `minhash: ${setting.bands} bands of ${setting.rows} rows find ${percent(check.recall)} of the pairs at Jaccard ${threshold}, expected at least ` +
      `${percent(LEAST_RECALL)}; the knee is at ${check.knee.toFixed(3)}, and the curve is ${points}: ${advice(threshold, setting)}`,
    );
  }
  return check;
}

function advice(threshold: number, { bands, rows }: LshSetting): string {
  const better = steepestLsh(threshold, bands * rows);
  if (better === undefined) return `no setting of ${bands * rows} minima finds ${percent(PLANNED_RECALL)}, take more`;
  return `take more bands or fewer rows a band; ${better.bands} bands of ${better.rows} rows find ${percent(candidateProbability(threshold, better))}`;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/**
 * The setting of at most `permutations` minima for a threshold: among those that nominate at least 95 % of the pairs there, the one that nominates the
 * fewest pairs below it (`falseArea`). So the threshold's recall is a promise, and verifying is as cheap as that allows. Throws ConfigError where
 * not even bands of one row find 95 %.
 */
export function planLsh(threshold: number, permutations: number): LshSetting {
  const setting = steepestLsh(threshold, permutations);
  if (setting !== undefined) return setting;
  const needed = Math.ceil(Math.log(1 - PLANNED_RECALL) / Math.log1p(-threshold));
  throw new ConfigError(`minhash: found ${permutations} minima, expected at least ${needed}: fewer cannot find ${percent(PLANNED_RECALL)} at Jaccard ${threshold}`);
}

function steepestLsh(threshold: number, permutations: number): LshSetting | undefined {
  let best: { readonly setting: LshSetting; readonly area: number } | undefined;
  for (let rows = 1; rows <= permutations; rows++) {
    const bands = fewestBands(threshold, rows);
    if (bands * rows > permutations) continue;
    const area = falseArea(threshold, { bands, rows });
    if (best === undefined || area < best.area) best = { setting: { bands, rows }, area };
  }
  return best?.setting;
}

/** Bands of so many rows that nominate `PLANNED_RECALL` at the threshold: more of them would only nominate more below it. */
function fewestBands(threshold: number, rows: number): number {
  if (threshold === 1) return 1;
  const bands = Math.max(1, Math.ceil(Math.log(1 - PLANNED_RECALL) / Math.log1p(-(threshold ** rows)) - 1e-9));
  return candidateProbability(threshold, { bands, rows }) < PLANNED_RECALL ? bands + 1 : bands; // a rounded quotient may fall short by one
}

/** Pairs nominated below the threshold, if all similarities were as frequent: the area under the curve. */
export function falseArea(threshold: number, setting: LshSetting): number {
  return integral((jaccard) => candidateProbability(jaccard, setting), 0, threshold);
}

/** Three-point Gauss-Legendre rule on each of 128 pieces: within 1e-7 for curves of up to 128 bands or rows. */
const PIECES = 128;
const OFFSET = Math.sqrt(0.6) / 2;

function integral(f: (x: number) => number, from: number, to: number): number {
  const width = (to - from) / PIECES;
  let sum = 0;
  for (let piece = 0; piece < PIECES; piece++) {
    const middle = from + (piece + 0.5) * width;
    sum += (5 * f(middle - OFFSET * width) + 8 * f(middle) + 5 * f(middle + OFFSET * width)) / 18;
  }
  return sum * width;
}
