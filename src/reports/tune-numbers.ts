/** How reports of tuning write their figures and names: one form each, in the terminal and on the page. */
import type { CandidateName } from '../mixture/tune/candidates.js';
import type { Interval } from '../mixture/tune/interval.js';
import type { RankCorrelation } from '../mixture/tune/types.js';

const NAMES: Readonly<Record<CandidateName, string>> = {
  proposal: 'proposal', unimax: 'UniMax', proportional: 'proportional', recipe: 'recipe', swarm: 'best of swarm',
};

/** `UniMax`, `proportional = recipe`: all names of one mixture. */
export const candidateName = (names: readonly CandidateName[]): string => names.map((name) => NAMES[name]).join(' = ');

/** Bits per byte: four decimals. */
export const bits = (value: number): string => minus(value.toFixed(4));

/** Differences of bits per byte, with their sign; what rounds to nothing has none. */
export function signedBits(value: number): string {
  const text = Math.abs(value).toFixed(4);
  return Number(text) === 0 ? text : `${value < 0 ? '\u2212' : '+'}${text}`;
}

/** `-0.0123 to -0.0045`, of differences. */
export const signedEnds = ({ low, high }: Interval): string => `${signedBits(low)} to ${signedBits(high)}`;

/** `2.1234 \u00b1 0.0012`. */
export const withSpread = ({ mean, high }: Interval): string => `${bits(mean)} \u00b1 ${bits(high - mean)}`;

/** `.934 (.890 to .961)`: correlations with their interval. */
export const rankText = ({ value, low, high }: RankCorrelation): string => `${minus(value.toFixed(3))} (${minus(low.toFixed(3))} to ${minus(high.toFixed(3))})`;

/** A share of the mixture: `12.3 %`. */
export const shareText = (share: number): string => `${(share * 100).toFixed(1)} %`;

export const epochsText = (epochs: number | undefined): string => (epochs === undefined ? '-' : epochs.toFixed(2));

const minus = (text: string): string => text.replace('-', '\u2212');

/** `a`, `a and b`, `a, b and c`; at most `most` of them by name. */
export function listed(names: readonly string[], most = 8): string {
  if (names.length > most) return `${names.slice(0, most - 1).join(', ')} and ${names.length - most + 1} more`;
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
