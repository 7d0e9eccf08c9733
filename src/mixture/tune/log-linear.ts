/**
 * The log-linear law c + exp(t . w) of Data Mixing Laws (arXiv:2403.16952), fitted to a swarm: Huber's loss, Levenberg-Marquardt from starts spread over
 * c, and a ridge on how far the slopes t lie apart, so that 24 sources can be learned from 128 runs. The ridge's strength predicts each run best from the
 * others (leave-one-out of the linearised fit, in closed form). No random starts: given c the problem is nearly linear, so a grid of c finds the basin.
 */
import type { Observations } from './law.js';
import { LogLinearProblem } from './log-linear-problem.js';
import type { Point } from './log-linear-tangent.js';
import type { Law } from './types.js';

/** Start of c below the least loss, in units of the range of losses: from strongly bent to straight. */
const STARTS = [0.05, 0.15, 0.5, 1.5, 5, 10];
const STRAIGHT = 10;
const FIRST_RIDGE = 1e-3;
/** Steps from a start: enough to tell basins apart. */
const STEPS = 5;
/** Rounds of (fit, choose ridge and threshold again) at most; two or three do as a rule. */
const ROUNDS = 6;
/** Huber's threshold in standard deviations: 95 % efficiency for normal noise. */
const HUBER = 1.345;
/** Standard deviations in a median absolute deviation, for normal noise. */
const MAD = 1.4826;

/**
 * The law of the losses. c is at least 0 where all losses are above 0 (no loss can be less), else at least ten ranges below the least. Losses that are all
 * equal, and a swarm of one mixture, give a constant. Deterministic.
 */
export function fitLogLinear(observations: Observations): Law {
  const { losses, columns } = observations;
  const least = losses.reduce((low, loss) => Math.min(low, loss), Infinity);
  const range = losses.reduce((high, loss) => Math.max(high, loss), -Infinity) - least;
  if (!(range > 0)) return constantLaw(least, columns);
  const lowest = least > 0 ? Math.max(-STRAIGHT, -least / range) : -STRAIGHT;
  const problem = new LogLinearProblem(observations, least, range, lowest);
  const delta = firstDelta(losses) / range;
  let best: { readonly point: Point; readonly ridge: number; readonly score: number } | undefined;
  for (const start of [...STARTS.filter((below) => below < -lowest), -lowest]) {
    const rough = problem.descend(problem.startAt(-start), { ridge: FIRST_RIDGE, delta, bends: false, steps: STEPS });
    const { ridge } = problem.chooseRidge(rough, delta);
    const point = problem.descend(rough, { ridge, delta, bends: false, steps: STEPS });
    const { score } = problem.leaveOneOut(point, { ridge, delta });
    if (best === undefined || score < best.score) best = { point, ridge, score };
  }
  return problem.lawOf(polish(problem, best!.point, best!.ridge, delta)); // there is one start at least
}

/** Frees the bend, and narrows Huber's threshold to what the leave-one-out residuals ask for. */
function polish(problem: LogLinearProblem, start: Point, firstRidge: number, wide: number): Point {
  let [point, ridge, delta] = [start, firstRidge, wide];
  for (let round = 0; round < ROUNDS; round++) {
    const asked = Math.max(HUBER * MAD * medianOf(problem.leaveOneOut(point, { ridge, delta }).residuals.map(Math.abs)), 1e-7);
    const narrows = asked < 0.8 * delta;
    if (narrows || round === 0) delta = Math.min(asked, delta);
    point = problem.descend(point, { ridge, delta, bends: true, steps: 60 });
    const again = problem.chooseRidge(point, delta).ridge;
    if (again === ridge && !narrows) break;
    ridge = again;
  }
  return point;
}

/** As if all that losses vary by were noise: wide, but not so wide that single runs far off lead the way. */
function firstDelta(losses: Float64Array): number {
  const middle = medianOf(losses);
  const spread = medianOf(losses.map((loss) => Math.abs(loss - middle)));
  return spread > 0 ? HUBER * MAD * spread : Infinity;
}

function constantLaw(loss: number, columns: number): Law {
  return loss > 0 ? { kind: 'log-linear', c: 0, t: new Array<number>(columns).fill(Math.log(loss)) } : { kind: 'log-linear', c: loss - 1, t: new Array<number>(columns).fill(0) };
}

function medianOf(values: Float64Array): number {
  const sorted = values.slice().sort();
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}
