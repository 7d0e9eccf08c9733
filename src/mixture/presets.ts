/**
 * Published mixtures by name (presets.json), and how one becomes the weights of a user's sources: each takes the sum of the published sources mapped to it.
 * Published sources that are mapped to nothing are left out, and the others stand for all: both are said.
 */
import { createRequire } from 'node:module';
import type file from './presets.json';
import { normaliseWeights } from './weights.js';

export interface Preset {
  /** Where it was read. */
  readonly source: string;
  /** What a person should know of the figures. */
  readonly note?: string;
  /** As published, by the published name: weights, or tokens in billions whose shares are the weights. */
  readonly weights: Readonly<Record<string, number>>;
  readonly basis: 'weights' | 'tokens';
}

type PresetFile = typeof file;
type PublishedSource = { readonly name: string } & ({ readonly weight: number } | { readonly tokens: number });

const published = createRequire(import.meta.url)('./presets.json') as PresetFile; // the compiler copies the file beside this one

export const PRESETS: Readonly<Record<string, Preset>> = Object.fromEntries(Object.entries(published.presets).map(([name, entry]) => {
  const sources: readonly PublishedSource[] = entry.sources;
  const basis = sources.some((source) => 'weight' in source) ? 'weights' : 'tokens';
  const weights = Object.fromEntries(sources.map((source) => [source.name, 'weight' in source ? source.weight : source.tokens]));
  return [name, { source: entry.source, basis, weights, ...('note' in entry ? { note: entry.note } : {}) }];
}));

export const PRESET_NAMES: readonly string[] = Object.keys(PRESETS);

/**
 * Weights of the sources that `map` names, summing to 1; a source that nothing is mapped to has 0. Warnings name what the published weights sum to where
 * that is not 1, and the published sources left out. Names are right and none is mapped twice (recipe-mixture-checks.ts); anything else is a bug.
 */
export function presetWeights(name: string, map: Readonly<Record<string, readonly string[]>>): { readonly weights: Readonly<Record<string, number>>; readonly warnings: readonly string[] } {
  const preset = Object.hasOwn(PRESETS, name) ? PRESETS[name]! : undefined;
  if (preset === undefined) throw new RangeError(`preset ${name}: found none of that name, expected one of ${PRESET_NAMES.join(', ')}`);
  const mapped = Object.values(map).flat();
  const share = normaliseWeights(preset.weights, { silent: true }).weights;
  const unmapped = Object.keys(share).filter((source) => !mapped.includes(source));
  const raw = Object.fromEntries(Object.entries(map).map(([source, parts]) => [source, parts.reduce((sum, part) => sum + shareOf(name, share, part), 0)]));
  const { weights } = normaliseWeights(raw, { silent: true });
  const sum = Object.values(preset.weights).reduce((total, weight) => total + weight, 0);
  const left = unmapped.reduce((total, source) => total + share[source]!, 0); // keys of it
  return {
    weights,
    warnings: [
      ...(preset.basis === 'tokens' || Math.abs(sum - 1) <= 1e-9 ? [] : [`preset ${name}: its published weights sum to ${percent(sum)}; each is divided by that sum`]),
      ...(unmapped.length === 0 ? [] : [
        `preset ${name}: ${unmapped.map((source) => `${source} (${percent(share[source]!)})`).join(', ')} of it ${unmapped.length === 1 ? 'is' : 'are'} mapped to no source; `
        + `the other ${percent(1 - left)} stand for all: ${Object.keys(weights).sort().map((source) => `${source} ${percent(raw[source]!)} -> ${percent(weights[source]!)}`).join(', ')}`, // the same keys
      ]),
    ],
  };
}

function shareOf(preset: string, share: Readonly<Record<string, number>>, part: string): number {
  if (!Object.hasOwn(share, part)) throw new RangeError(`preset ${preset}: found ${part}, expected one of ${Object.keys(share).join(', ')}`);
  return share[part]!;
}

const percent = (value: number): string => `${Number((value * 100).toFixed(2))} %`;
