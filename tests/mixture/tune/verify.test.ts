import { describe, expect, it } from 'vitest';
import type { CandidateName } from '#src/mixture/tune/candidates.js';
import { isBlind } from '#src/mixture/tune/verdict.js';
import { compareCandidates, type CandidateLosses } from '#src/mixture/tune/verify.js';

const SEEDS = [1, 2, 3];
/** Losses of one target over three seeds, a mean with what the seeds add. */
const around = (mean: number, spread = 0): number[] => [mean - spread, mean, mean + spread];

function candidate(name: CandidateName | readonly CandidateName[], x: readonly number[], y: readonly number[] = around(1)): CandidateLosses {
  return { names: typeof name === 'string' ? [name] : name, weights: { a: 1 }, losses: { x, y } };
}
const verify = (...candidates: readonly CandidateLosses[]) => compareCandidates(candidates, { x: 0.5, y: 0.5 }, SEEDS);

describe('a verification', () => {
  it('says lower where the proposal is below UniMax at every seed by about as much', () => {
    const { verdict } = verify(candidate('proposal', [1.9, 1.91, 1.89]), candidate('unimax', [2, 2.01, 2]));
    expect(verdict).toMatchObject({ outcome: 'lower', improved: true, lowest: ['proposal'], deltaToLowest: null, lowered: ['x'], raised: [] });
    expect(verdict.delta!.mean).toBeCloseTo(-0.1033 / 2, 4);
  });

  it('compares seed by seed: a spread that both share hides nothing', () => {
    const { verdict } = verify(candidate('proposal', [0.99, 2.99, 4.988]), candidate('unimax', [1, 3, 5]));
    expect(verdict.outcome).toBe('lower');
  });

  it('says undecided where the interval of the difference holds 0, though the mean is below', () => {
    const { verdict } = verify(candidate('proposal', [1.9, 2.05, 1.95]), candidate('unimax', around(2)));
    expect(verdict).toMatchObject({ outcome: 'undecided', improved: false, lowest: ['proposal'] });
    expect(verdict.delta!.mean).toBeLessThan(0);
  });

  it('says higher where the proposal is above', () => {
    const { verdict } = verify(candidate('proposal', [2.1, 2.11, 2.1]), candidate('unimax', around(2)));
    expect(verdict).toMatchObject({ outcome: 'higher', improved: false, lowest: ['unimax'], raised: ['x'] });
    expect(verdict.deltaToLowest!.mean).toBeGreaterThan(0);
  });

  it('says same, and no improvement, where the proposal is UniMax', () => {
    const { verdict } = verify(candidate(['proposal', 'unimax'], around(2, 0.1)), candidate('proportional', around(3, 0.1)));
    expect(verdict).toMatchObject({ outcome: 'same', improved: false, delta: null, lowest: ['proposal', 'unimax'], seedsAlike: false });
  });

  it('is no improvement where proposal and UniMax measure the same', () => {
    const { verdict } = verify(candidate('proposal', around(2)), candidate('unimax', around(2)));
    expect(verdict).toMatchObject({ outcome: 'undecided', improved: false, seedsAlike: true });
  });

  it('names targets that got worse, though the objective got better', () => {
    const { verdict } = verify(candidate('proposal', around(1), [1.3, 1.31, 1.3]), candidate('unimax', around(2), around(1)));
    expect(verdict).toMatchObject({ outcome: 'lower', lowered: ['x'], raised: ['y'], perhapsRaised: [] });
  });

  it('names targets that are perhaps worse apart from those', () => {
    const { verdict } = verify(candidate('proposal', around(1), [0.95, 1.1, 1.2]), candidate('unimax', around(2), around(1)));
    expect(verdict).toMatchObject({ raised: [], perhapsRaised: ['y'] });
  });

  it('names the candidate that measured lowest, when it is neither', () => {
    const { verdict } = verify(candidate('proposal', around(2)), candidate('unimax', around(3)), candidate('swarm', around(1)));
    expect(verdict).toMatchObject({ outcome: 'lower', lowest: ['swarm'] });
    expect(verdict.deltaToLowest!.mean).toBeCloseTo(0.5, 12);
  });

  it('is no improvement, though lower, where the fit predicts nothing', () => {
    const { verdict } = compareCandidates([candidate('proposal', around(1)), candidate('unimax', around(2))], { x: 0.5, y: 0.5 }, SEEDS, true);
    expect(verdict).toMatchObject({ outcome: 'lower', improved: false, blind: true });
  });

  it('takes a fit for blind only if no target of the objective is predicted', () => {
    const fitted = (target: string, low: number) => ({
      target, law: { kind: 'log-linear', c: 0, t: [] } as const, error: 0, measured: [], predicted: [],
      crossValidated: { 'log-linear': { value: low + 0.1, low, high: 1 }, ridge: { value: 0.9, low: 0.8, high: 1 } },
    });
    expect(isBlind({ targets: [fitted('x', -0.1), fitted('y', 0.5)] }, { x: 0.5, y: 0.5 })).toBe(false);
    expect(isBlind({ targets: [fitted('x', -0.1), fitted('y', 0.5)] }, { x: 1, y: 0 })).toBe(true);
    expect(isBlind({ targets: [fitted('x', 0)] }, { x: 1 })).toBe(true);
  });

  it('measures a target of weight 0 without counting it', () => {
    const { candidates } = compareCandidates([candidate('proposal', around(1), around(9)), candidate('unimax', around(2))], { x: 1, y: 0 }, SEEDS);
    expect(candidates[0]!.objective.interval.mean).toBe(1);
    expect(candidates[0]!.targets.y!.interval.mean).toBe(9);
  });

  it('has an interval over held-out documents where their groups are known, which decides nothing', () => {
    const groups = (bits: number) => ({ x: { bits: [bits, 2 * bits, 3], bytes: [1, 1, 1] }, y: { bits: [1, 1, 1], bytes: [1, 1, 1] } });
    const { candidates, verdict } = verify({ ...candidate('proposal', around(1)), groups: groups(1) }, { ...candidate('unimax', around(2)), groups: groups(2) });
    expect(candidates[0]!.objective.heldOut!.mean).toBeCloseTo(-0.5, 12); // (1 + 2 + 3 - 2 - 4 - 3) / 3, weighted .5
    expect(verdict.heldOut!.high).toBeGreaterThan(0);
    expect(verdict).toMatchObject({ outcome: 'lower', improved: true });
  });

  it('refuses fewer than three seeds, a missing loss, and no UniMax', () => {
    expect(() => compareCandidates([candidate('proposal', [1, 2]), candidate('unimax', [1, 2])], { x: 1 }, [1, 2])).toThrow(/2 seeds, expected 3/);
    expect(() => verify(candidate('proposal', [1, 2]), candidate('unimax', around(1)))).toThrow(/proposal: found 2 losses of x, expected 3/);
    expect(() => verify(candidate('proposal', around(1)))).toThrow(/no candidate unimax/);
  });
});
