/** A proposal's weights as a person pastes them into a recipe: six digits, summing to 1 exactly, none rounded above its cap. */
import { roundShares } from '../round-shares.js';
import type { Weights } from './types.js';

const UNITS = 1_000_000;

/**
 * Weights in millionths that sum to 1; as they are where the caps leave no room for that. Rounding a capped share up would ask for more of a source than there is,
 * which is an error of the recipe.
 */
export function roundWeights(weights: Weights, caps: Readonly<Record<string, number>>): Weights {
  const names = Object.keys(weights);
  const amounts = new Map(names.map((name) => [name, weights[name]! * UNITS]));
  const most = new Map(names.map((name) => [name, Math.floor((Object.hasOwn(caps, name) ? Math.min(1, caps[name]!) : 1) * UNITS)]));
  const below = new Map(names.map((name) => [name, Math.min(amounts.get(name)!, most.get(name)!)]));
  const missing = UNITS - Math.round([...below.values()].reduce((sum, amount) => sum + amount, 0));
  const whole = roundShares(below, most);
  const roomiest = names.reduce((best, name) => (most.get(name)! - whole.get(name)! > most.get(best)! - whole.get(best)! ? name : best));
  whole.set(roomiest, whole.get(roomiest)! + missing); // what capped shares lost by rounding: some millionths at most
  const fits = whole.get(roomiest)! <= most.get(roomiest)! && [...whole.values()].reduce((sum, units) => sum + units, 0) === UNITS;
  return fits ? Object.fromEntries(names.map((name) => [name, whole.get(name)! / UNITS])) : weights;
}
