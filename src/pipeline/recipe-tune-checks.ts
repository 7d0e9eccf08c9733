/** What `tune:` says about the sources: a target is one of them, or has files of its own under another name. */
import { expectedOneOf, type Path, type Problem } from './recipe-problems.js';
import type { Recipe } from './recipe.js';

export function checkTune({ sources, dedup, tune }: Pick<Recipe, 'sources' | 'dedup' | 'tune'>): Problem[] {
  const against = dedup?.against ?? [];
  const known = Object.keys(sources).filter((source) => !against.includes(source));
  return Object.entries(tune?.targets ?? {}).flatMap(([name, { files }]): Problem[] => {
    const path: Path = ['tune', 'targets', name];
    if (files !== undefined) return Object.hasOwn(sources, name) ? [{ path, atKey: true, message: 'is a source: expected another name for a target with files of its own' }] : [];
    if (against.includes(name)) return [{ path, atKey: true, message: 'is only compared with (dedup.against): expected a source that the corpus may have' }];
    return known.includes(name) ? [] : [{ path, atKey: true, message: `no such source, ${expectedOneOf(name, known)}, or { paths: ... } for files of its own` }];
  });
}
