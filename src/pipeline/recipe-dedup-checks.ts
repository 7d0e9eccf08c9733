/**
 * What `dedup:` must find in the rest of a recipe: sources that exist, scores and dates that its keep policy goes by, addresses that its methods
 * compare, and a setting of the LSH that finds what it promises. Looked at once the grammar is satisfied.
 */
import { candidateProbability, LEAST_RECALL } from '../dedup/lsh.js';
import { foundText, unknownSources, type Path, type Problem } from './recipe-problems.js';
import type { MinhashRecipe, ReadRecipe, Recipe } from './recipe.js';

/** Minima of a signature at most: what Lee et al. (2021) use; more is a slip of the pen. */
const MOST_MINIMA = 9000;

/** Formats whose records have an address, and those with a date. */
const WITH_URL: readonly ReadRecipe['format'][] = ['wet', 'warc', 'jsonl', 'parquet'];
const WITH_DATE: readonly ReadRecipe['format'][] = ['wet', 'warc'];

/** Problems in the order of the keys. `isScored`: whether any source has a stage that scores its documents. */
export function checkDedup({ dedup, sources }: Recipe, isScored: boolean): Problem[] {
  if (dedup === undefined) return [];
  const names = Object.keys(sources);
  const formats = Object.values(sources).map(({ read }) => read.format);
  const kinds = dedup.keep.map(({ kind }) => kind);
  return [
    ...(dedup.url && !formats.some((format) => WITH_URL.includes(format))
      ? [{ path: ['dedup', 'methods'], message: `found url, but no source has addresses: expected one of format ${WITH_URL.join(', ').replace(/, (?=\w+$)/, ' or ')}` }] : []),
    ...(dedup.minhash === undefined ? [] : checkMinhash(dedup.minhash)),
    ...dedup.keep.flatMap((rule, i): Problem[] => {
      const path: Path = ['dedup', 'keep', i];
      if (kinds.indexOf(rule.kind) < i) return [{ path, message: `found ${rule.kind} twice, expected it once` }];
      if (kinds.indexOf('id') < i) return [{ path, message: `found ${rule.kind} after id, which leaves nothing to decide` }];
      if (rule.kind === 'source') return unknownSources(names, [...path, 'source'], rule.sources);
      if (rule.kind === 'quality' && !isScored) return [{ path, message: 'found quality, but no source has a stage that scores it' }];
      if (rule.kind === 'newest' && !formats.some((format) => WITH_DATE.includes(format))) {
        return [{ path, message: `found newest, but no source has dates: expected one of format ${WITH_DATE.join(' or ')}` }];
      }
      return [];
    }),
    ...checkAgainst(dedup, names),
  ];
}

function checkAgainst({ against, within, scope }: NonNullable<Recipe['dedup']>, names: readonly string[]): Problem[] {
  const path: Path = ['dedup', 'against'];
  const unknown = unknownSources(names, path, against);
  if (unknown.length > 0) return unknown;
  if (against.length === 0) return within ? [] : [{ path: ['dedup', 'within'], message: 'found false, but against names no source: nothing would be compared' }];
  if (against.length === names.length) return [{ path, message: `found every source, expected at least one of ${names.join(', ')} to be deduplicated` }];
  if (scope !== 'global') return [{ path: ['dedup', 'scope'], message: `found ${foundText(scope)}, but against compares across sources: expected global` }];
  return [];
}

function checkMinhash(minhash: MinhashRecipe): Problem[] {
  const { bands, rows, threshold } = minhash;
  const path: Path = ['dedup', 'methods'];
  if (bands * rows > MOST_MINIMA) {
    return [{ path, atKey: true, message: `minhash: found ${bands} bands of ${rows} rows, expected at most ${MOST_MINIMA} minima in all` }];
  }
  const found = candidateProbability(threshold, minhash);
  if (found >= LEAST_RECALL) return [];
  return [{
    path,
    atKey: true,
    message: `minhash: ${bands} bands of ${rows} rows find ${(found * 100).toFixed(1)} % of the pairs as similar as the threshold (${threshold}), `
      + `expected at least ${LEAST_RECALL * 100} %: more bands or fewer rows, or neither, to have them chosen`,
  }];
}
