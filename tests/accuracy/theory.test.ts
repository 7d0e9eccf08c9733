import { describe, expect, it } from 'vitest';
import { candidateProbability } from '#src/dedup/lsh.js';
import { draws } from './draws.js';
import { foundProbability } from './theory.js';

const SETTINGS = [{ bands: 14, rows: 8 }, { bands: 20, rows: 5 }, { bands: 3, rows: 1 }] as const;

describe('the probability that a pair is found', () => {
  it('is that of banding where any estimate will do', () => {
    for (const setting of SETTINGS) {
      for (const jaccard of [0, 0.2, 0.5, 0.8, 0.95, 1]) expect(foundProbability(jaccard, setting, 0)).toBeCloseTo(candidateProbability(jaccard, setting), 9);
    }
  });

  it('is what drawn minima show, estimates and bands taken together', () => {
    const draw = draws('theory');
    for (const [jaccard, least] of [[0.8, 0.8], [0.75, 0.8], [0.85, 0.8], [0.8, 0.687]] as const) {
      const trials = 20_000;
      let found = 0;
      for (let trial = 0; trial < trials; trial++) {
        const agrees = Array.from({ length: 112 }, () => draw() < jaccard);
        const band = Array.from({ length: 14 }, (_, i) => agrees.slice(8 * i, 8 * i + 8)).some((rows) => rows.every(Boolean));
        if (band && agrees.filter(Boolean).length / 112 >= least) found++;
      }
      const p = foundProbability(jaccard, { bands: 14, rows: 8 }, least);
      expect(Math.abs(found / trials - p), `J = ${jaccard}, estimated at ${least}`).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / trials));
    }
  });
});
