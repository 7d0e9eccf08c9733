/** Closed forms for proxies that see two letters before the next one, over the chains of markov.ts. Nothing here is the code under test. */
import { LETTERS, type Chain } from './markov.js';

const letters = [...LETTERS].map((_, i) => i);
const sumOver = (value: (letter: number) => number): number => letters.reduce((sum, letter) => sum + value(letter), 0);

/** Bits a letter that no model of the chain can do without. */
export const entropyRate = ({ next, stationary }: Chain): number => -sumOver((h) => sumOver((c) => stationary[h]! * next[h]![c]! * Math.log2(next[h]![c]!)));

/** Bits a letter on text of chain `target`, of the model of triples that the mixture trains. A mixture that gives some triple nothing costs Infinity. */
export function trigramLoss(chains: readonly Chain[], weights: readonly number[], target: Chain): number {
  const triple = ({ next, stationary }: Chain, g: number, h: number, c: number): number => stationary[g]! * next[g]![h]! * next[h]![c]!;
  return -sumOver((g) => sumOver((h) => {
    const behind = chains.reduce((sum, { next, stationary }, d) => sum + weights[d]! * stationary[g]! * next[g]![h]!, 0);
    return sumOver((c) => triple(target, g, h, c) * Math.log2(chains.reduce((sum, chain, d) => sum + weights[d]! * triple(chain, g, h, c), 0) / behind));
  }));
}
