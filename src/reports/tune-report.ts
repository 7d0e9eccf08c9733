/**
 * verify.json: everything that the page of a verification draws, unrounded. The verification itself (what was measured), what each source has and may give,
 * and what the fit had predicted.
 */
import type { Verification } from '../mixture/tune/verify.js';
import { effectsAt, type Effects } from '../mixture/tune/verify-effects.js';
import type { Fit, Proposal, TargetFit } from '../mixture/tune/types.js';

export interface TuneReport extends Verification {
  readonly kind: 'sluice-verification';
  readonly version: 1;
  /** Name of the recipe. */
  readonly recipe: string;
  readonly proxy: ProxySetting;
  readonly budget: BudgetedSources;
  /** Run of the swarm that the candidate `swarm` is; null where there is no swarm. */
  readonly bestRun: string | null;
  readonly proposal: Omit<Proposal, 'kind' | 'version' | 'weights' | 'targetWeights'>;
  /** null where the proposal came without its fit. */
  readonly fit: ReportedFit | null;
  /** What was found odd on the way: sources and documents left out. */
  readonly notes: readonly string[];
}

/** What was trained, for people: all losses are bits per byte of such models. */
export interface ProxySetting {
  /** Bytes of the longest context and the byte behind it. */
  readonly order: number;
  /** Bytes that one proxy is trained on. */
  readonly trainingBytes: number;
  /** Bytes of held-out text by target. */
  readonly heldOutBytes: Readonly<Record<string, number>>;
}

/** How much a mixture takes of each source. */
export interface BudgetedSources {
  readonly unit: string;
  /** In the unit; null where the recipe says as much as fits: then there are no epochs before a mixture is chosen. */
  readonly size: number | null;
  readonly sources: readonly BudgetedSource[];
}

export interface BudgetedSource {
  readonly source: string;
  /** In the unit. */
  readonly available: number;
  /** Largest share that epochs and shares asked for leave it; 1 where nothing caps it. */
  readonly cap: number;
}

export interface ReportedFit {
  readonly runs: number;
  readonly targets: readonly TargetFit[];
  readonly effects: readonly Effects[];
}

export interface ReportedInputs extends Pick<TuneReport, 'recipe' | 'proxy' | 'budget' | 'bestRun' | 'notes'> {
  readonly proposal: Proposal;
  readonly fit: Fit | undefined;
}

export function buildTuneReport(
  verification: Verification,
  { recipe, proxy, budget, bestRun, proposal, fit, notes }: ReportedInputs,
): TuneReport {
  const { kind: _kind, version: _version, weights: _weights, targetWeights: _targetWeights, ...proposed } = proposal;
  return {
    kind: 'sluice-verification', version: 1, recipe, proxy, budget, bestRun, notes, ...verification,
    proposal: proposed,
    fit: fit === undefined ? null : {
      runs: fit.runs.length, targets: fit.targets,
      effects: [effectsAt(fit, 'prior', proposal.prior), effectsAt(fit, 'proposal', proposal.weights)],
    },
  };
}

/** How often a source is seen whole, of `weight` of the budget; undefined where that is not known. */
export function epochsOf({ size, sources }: BudgetedSources, source: string, weight: number): number | undefined {
  const available = sources.find((one) => one.source === source)?.available;
  if (size === null || available === undefined) return undefined;
  return weight === 0 ? 0 : available === 0 ? undefined : (size * weight) / available;
}
