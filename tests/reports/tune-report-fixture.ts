/** A verification of made numbers: losses are c + exp(t . w) with a little of a sine wave for what seeds and runs add. */
import type { CandidateName } from '#src/mixture/tune/candidates.js';
import type { Fit, Law, Proposal, Weights } from '#src/mixture/tune/types.js';
import { compareCandidates } from '#src/mixture/tune/verify.js';
import { buildTuneReport, type TuneReport } from '#src/reports/tune-report.js';

export interface Made {
  readonly sources: readonly string[];
  readonly targets: readonly string[];
  /** Added to the proposal's losses. */
  readonly penalty?: number;
  readonly withFit?: boolean;
  readonly spread?: number;
  readonly spreadOfDocuments?: number;
}

export const plainCase: Made = { sources: ['web', 'books', 'wiki', 'code'], targets: ['books', 'wiki', 'exam'] };

const wave = (i: number): number => Math.sin(i * 12.9898) - Math.floor(Math.sin(i * 12.9898));

export function reportOf({ sources, targets, penalty = 0, withFit = true, spread = 0.004, spreadOfDocuments = 0.004 }: Made = plainCase): TuneReport {
  const even = Object.fromEntries(sources.map((source) => [source, 1 / sources.length]));
  const law = (j: number): Extract<Law, { kind: 'log-linear' }> => ({ kind: 'log-linear', c: 1.6, t: sources.map((_, i) => (i === j % sources.length ? -1.4 : -0.2 - 0.6 * wave(i + 7 * j))) });
  const loss = (j: number, weights: Weights): number => 1.6 + Math.exp(sources.reduce((sum, source, i) => sum + law(j).t[i]! * (weights[source] ?? 0), 0));
  const tilted = (at: number): Weights => {
    const raw = sources.map((_, i) => 0.05 + wave(at * 31 + i * 17) ** 2);
    const sum = raw.reduce((a, b) => a + b, 0);
    return Object.fromEntries(sources.map((source, i) => [source, raw[i]! / sum]));
  };
  const runs = Array.from({ length: 64 }, (_, index) => ({ run: `run-${index}`, name: 'swarm', index, weights: tilted(index) }));
  const proposed = Object.fromEntries(sources.map((source, i) => [source, i === 1 ? 0.5 : 0.5 / Math.max(1, sources.length - 1)]));
  const weights = sources.length > 1 ? proposed : even;
  const mixtures: readonly (readonly [readonly CandidateName[], Weights])[] = [
    [['proposal'], weights], [['unimax', 'recipe'], even], [['proportional'], tilted(3)], [['swarm'], tilted(5)],
  ];
  const seeds = [1, 2, 3];
  const targetWeights = Object.fromEntries(targets.map((target, j) => [target, (j + 1) / (targets.length * (targets.length + 1) / 2)]));
  const verification = compareCandidates(mixtures.map(([names, own]) => ({
    names, weights: own,
    groups: Object.fromEntries(targets.map((target, j) => [target, {
      bytes: Array.from({ length: 16 }, (_, g) => 1000 + 10 * g),
      bits: Array.from({ length: 16 }, (_, g) => (1000 + 10 * g) * (loss(j, own) + (names.includes('proposal') ? penalty : 0) + spreadOfDocuments * wave(g + 16 * j + 100 * names.length))),
    }])),
    losses: Object.fromEntries(targets.map((target, j) => [target, seeds.map((seed) =>
      loss(j, own) + spread * wave(seed * 5 + j + names.length) + (names.includes('proposal') ? penalty : 0))])),
  })), targetWeights, seeds);
  const fit: Fit = {
    kind: 'sluice-fit', version: 1, warnings: [], sources, runs,
    targets: targets.map((target, j) => ({
      target, law: law(j), error: 0.0123,
      crossValidated: { 'log-linear': { value: 0.934, low: 0.89, high: 0.961 }, ridge: { value: 0.901, low: 0.84, high: 0.94 } },
      measured: runs.map((run) => loss(j, run.weights)),
      predicted: runs.map((run, i) => loss(j, run.weights) + 0.02 * (wave(i + j) - 0.5)),
    })),
  };
  const proposal: Proposal = {
    kind: 'sluice-proposal', version: 1, targetWeights, weights, prior: even, lambda: 0.05, caps: { [sources[0]!]: 0.6 },
    predicted: Object.fromEntries(targets.map((target, j) => [target, loss(j, weights)])),
    predictedAtPrior: Object.fromEntries(targets.map((target, j) => [target, loss(j, even)])),
    distanceToSwarm: 0.081, optimality: { kind: 'certified', gap: 1e-9 }, warnings: ['the proposal gives books 50.0 % of the mixture, the swarm at most 41.2 %'],
  };
  return buildTuneReport(verification, {
    recipe: 'quickstart', notes: [], bestRun: 'run-5', proposal, fit: withFit ? fit : undefined,
    proxy: { order: 3, trainingBytes: 1_500_000, heldOutBytes: Object.fromEntries(targets.map((target) => [target, 120_000])) },
    budget: { unit: 'tokens', size: 6_000_000, sources: sources.map((source, i) => ({ source, available: 600_066 * (i + 1), cap: i === 0 ? 0.6 : 1 })) },
  });
}
