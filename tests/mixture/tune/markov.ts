/**
 * Sources whose best mixture can be computed: Markov chains over a few letters. A model of pairs of letters, counted from the mixture w, gives
 * f_w(c | h) = sum_d w_d p_d(h, c) / sum_d w_d p_d(h); what it costs on text of known pairs is a sum over the alphabet, so its minimum is found by looking at every
 * mixture of a grid. Nothing here is the code under test.
 */

export interface Chain {
  /** By letter, then next letter: rows sum to 1. */
  readonly next: readonly (readonly number[])[];
  /** Share of each letter in a long text. */
  readonly stationary: readonly number[];
}

export const LETTERS = 'abcdefgh';

/** A stream of numbers in [0, 1) (Park and Miller 1988). */
export function randomStream(seed: number): () => number {
  let state = (seed * 48271 + 11) % 2147483647;
  const next = (): number => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  for (let i = 0; i < 16; i++) next();
  return next;
}

/** `contrast` 0 is noise; at 3 each letter has a few that mostly follow it. */
export function chainOf(seed: number, contrast: number): Chain {
  const random = randomStream(seed);
  const next = [...LETTERS].map(() => {
    const raw = [...LETTERS].map(() => Math.exp(contrast * random()));
    const sum = raw.reduce((a, b) => a + b, 0);
    return raw.map((value) => value / sum);
  });
  let stationary = [...LETTERS].map(() => 1 / LETTERS.length);
  for (let i = 0; i < 500; i++) stationary = stationary.map((_, c) => stationary.reduce((sum, share, h) => sum + share * next[h]![c]!, 0));
  return { next, stationary };
}

/** A text of so many letters. */
export function textOf({ next, stationary }: Chain, length: number, random: () => number): string {
  const draw = (shares: readonly number[]): number => {
    let left = random();
    const at = shares.findIndex((share) => (left -= share) < 0);
    return at < 0 ? shares.length - 1 : at;
  };
  let letter = draw(stationary);
  let text = LETTERS[letter]!;
  while (text.length < length) {
    letter = draw(next[letter]!);
    text += LETTERS[letter]!;
  }
  return text;
}

/** Bits a letter on text of chain `target`, of the model of pairs that the mixture trains. */
export function exactLoss(chains: readonly Chain[], weights: readonly number[], target: Chain): number {
  let bits = 0;
  for (let h = 0; h < LETTERS.length; h++) {
    const seen = chains.reduce((sum, { stationary }, d) => sum + weights[d]! * stationary[h]!, 0);
    for (let c = 0; c < LETTERS.length; c++) {
      const pair = chains.reduce((sum, { stationary, next }, d) => sum + weights[d]! * stationary[h]! * next[h]![c]!, 0);
      bits -= target.stationary[h]! * target.next[h]![c]! * Math.log2(pair / seen);
    }
  }
  return bits;
}

/** The mixture of three chains that costs least on the targets, by looking at all of a grid of 1 / 200. */
export function bestOfThree(chains: readonly [Chain, Chain, Chain], targets: readonly (readonly [weight: number, chain: Chain])[]): readonly number[] {
  let best: { weights: readonly number[]; loss: number } = { weights: [], loss: Infinity };
  for (let i = 0; i <= 200; i++) {
    for (let j = 0; i + j <= 200; j++) {
      const weights = [i / 200, j / 200, (200 - i - j) / 200];
      const loss = targets.reduce((sum, [weight, chain]) => sum + weight * exactLoss(chains, weights, chain), 0);
      if (loss < best.loss) best = { weights, loss };
    }
  }
  return best.weights;
}
