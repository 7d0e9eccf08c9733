import { describe, expect, it } from 'vitest';
import type { Law } from '#src/mixture/tune/types.js';
import { effectsAt } from '#src/mixture/tune/verify-effects.js';

const logLinear: Law = { kind: 'log-linear', c: 1.2, t: [-1, 0.3, -0.2] };
const ridge: Law = { kind: 'ridge', intercept: 2, linear: [0.1, -0.4, 0], log: [-0.02, 0.01, -0.05], epsilon: 1e-3 };
/** The laws as the format states them, written here once more. */
const lossOf = (law: Law, w: readonly number[]): number => (law.kind === 'ridge'
  ? law.intercept + w.reduce((sum, share, i) => sum + law.linear[i]! * share + law.log[i]! * Math.log(share + law.epsilon), 0)
  : law.c + Math.exp(w.reduce((sum, share, i) => sum + law.t[i]! * share, 0)));
const fitOf = (...laws: readonly Law[]) => ({
  sources: ['a', 'b', 'c'],
  targets: laws.map((law, i) => ({ target: `t${i}`, law, crossValidated: { 'log-linear': { value: 1, low: 1, high: 1 }, ridge: { value: 1, low: 1, high: 1 } }, error: 0, measured: [], predicted: [] })),
});

describe('the effect of a source on a target', () => {
  it('is what the loss changes by when its share grows a little and all others shrink in proportion', () => {
    const shares = [0.5, 0.3, 0.2];
    const { effects } = effectsAt(fitOf(logLinear, ridge), 'prior', { a: 0.5, b: 0.3, c: 0.2 });
    const step = 1e-6;
    for (const [i, source] of ['a', 'b', 'c'].entries()) {
      const moved = shares.map((share, k) => (k === i ? share + step : share * (1 - step / (1 - shares[i]!))));
      expect(moved.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
      for (const [j, law] of [logLinear, ridge].entries()) {
        expect(effects[source]![`t${j}`]).toBeCloseTo((lossOf(law, moved) - lossOf(law, shares)) / step, 4);
      }
    }
  });

  it('is nothing where a law treats all sources alike', () => {
    const { effects } = effectsAt(fitOf({ kind: 'log-linear', c: 1, t: [-0.7, -0.7, -0.7] }), 'prior', { a: 0.2, b: 0.2, c: 0.6 });
    for (const row of Object.values(effects)) expect(row.t0).toBeCloseTo(0, 12);
  });

  it('is none of a source that is the whole mixture', () => {
    const { effects } = effectsAt(fitOf(logLinear), 'proposal', { a: 1 });
    expect(effects.a!.t0).toBeNull();
    expect(effects.b!.t0).toBeCloseTo(1.3 * Math.exp(-1), 12);
  });
});
