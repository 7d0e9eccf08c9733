/** What a document counts for in a mixture: its size in the unit that budget and weights are given in. Ledgers go on in estimated tokens. */
import type { Amount } from '../core/ledger.js';
import type { MixtureUnit } from '../mixture/unit.js';
import type { Plan } from './plan.js';

/** Tokens where nothing is mixed: a source's share of the corpus is given in something. */
export const mixtureUnit = ({ recipe }: Plan): MixtureUnit => recipe.mixture?.unit ?? 'tokens';

/** Gives the size of a document, a whole number of at least 1. */
export function documentSize(unit: MixtureUnit): (document: Pick<Amount, 'bytes' | 'tokens'>) => number {
  switch (unit) {
    case 'tokens': return ({ tokens }) => tokens;
    case 'bytes': return ({ bytes }) => bytes;
    case 'documents': return () => 1;
  }
}
