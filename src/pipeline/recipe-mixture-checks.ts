/** What `mixture:` must find in the rest of a recipe: a weight for every source, published sources that exist, caps that leave room for a whole. */
import { PRESETS } from '../mixture/presets.js';
import { expectedOneOf, foundText, type Path, type Problem } from './recipe-problems.js';
import { checkTokens } from './recipe-tokens-schema.js';
import type { Recipe } from './recipe.js';

/** Problems in the order of the keys. */
export function checkMixture({ sources, dedup, mixture }: Recipe): Problem[] {
  if (mixture === undefined) return [];
  const known = Object.keys(sources);
  const against = dedup?.against ?? [];
  const { rule } = mixture;
  return [
    ...(rule.kind === 'given' ? checkNumbers(rule.weights, 'weight', ['mixture', 'weights'], known, against) : []),
    ...(rule.kind === 'epochs' ? checkNumbers(rule.epochs, 'number of epochs', ['mixture', 'rule', 'epochs'], known, against) : []),
    ...(rule.kind === 'preset' ? checkMap(rule.preset, rule.map, known, against) : []),
    ...unknown(mixture.maxEpochs, ['mixture', 'maxEpochs'], known),
    ...unknown(mixture.maxShare, ['mixture', 'maxShare'], known),
    ...checkTokens(mixture),
    ...checkShares(mixture.maxShare, known.filter((name) => !against.includes(name))),
  ];
}

function unknown(named: Readonly<Record<string, unknown>>, path: Path, known: readonly string[]): Problem[] {
  return Object.keys(named).filter((name) => !known.includes(name)).map((name) => ({ path: [...path, name], atKey: true, message: `no such source, ${expectedOneOf(name, known)}` }));
}

/** A weight or a number of epochs for each source. */
function checkNumbers(given: Readonly<Record<string, number>>, what: string, path: Path, known: readonly string[], against: readonly string[]): Problem[] {
  const problems: Problem[] = [
    ...unknown(given, path, known),
    ...known.filter((name) => !Object.hasOwn(given, name)).map((name) => ({ path, message: `has no ${what} for ${name}, expected one for every source (0 leaves it out)` })),
    ...against.filter((name) => (given[name] ?? 0) > 0)
      .map((name) => ({ path: [...path, name], message: `found ${given[name]}, but dedup only compares with ${name} (against): expected 0 or no ${what}` })),
  ];
  if (problems.length === 0 && Object.values(given).every((value) => value === 0)) problems.push({ path, message: `found only zeros, expected at least one ${what} above 0` });
  return problems;
}

function checkMap(preset: string, map: Readonly<Record<string, readonly string[]>>, known: readonly string[], against: readonly string[]): Problem[] {
  const path: Path = ['mixture', 'rule', 'map'];
  const published = Object.keys(PRESETS[preset]!.weights); // the grammar knows the presets
  const seen = new Map<string, string>();
  const problems: Problem[] = [
    ...unknown(map, path, known),
    ...known.filter((name) => !Object.hasOwn(map, name)).map((name) => ({ path, message: `has nothing for ${name}, expected what it stands for of ${published.join(', ')} ([] leaves it out)` })),
    ...against.filter((name) => (map[name] ?? []).length > 0)
      .map((name) => ({ path: [...path, name], message: `dedup only compares with ${name} (against): expected [] or no entry` })),
    ...Object.entries(map).flatMap(([source, parts]) => parts.flatMap((part, i): Problem[] => {
      const at: Path = [...path, source, i];
      if (!published.includes(part)) return [{ path: at, message: `found ${foundText(part)}, which ${preset} has not: ${expectedOneOf(part, published)}` }];
      const before = seen.get(part);
      seen.set(part, source);
      return before === undefined ? [] : [{ path: at, message: `found ${foundText(part)}, which ${before} stands for: expected each published source once` }];
    })),
  ];
  if (problems.length === 0 && Object.values(map).every((parts) => parts.length === 0)) problems.push({ path, message: 'found only empty lists, expected a published source at least' });
  return problems;
}

function checkShares(maxShare: Readonly<Record<string, number>>, mixed: readonly string[]): Problem[] {
  const sum = mixed.reduce((total, name) => total + maxShare[name]!, 0); // one for every source
  return sum >= 1 - 1e-9 ? [] : [{ path: ['mixture', 'maxShare'], message: `found ${Number(sum.toPrecision(6))} for all sources together, expected 1 or more` }];
}
