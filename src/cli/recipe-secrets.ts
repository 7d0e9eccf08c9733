/** Addresses of a recipe and of a command line without their credentials: what goes into plans, reports and recipe files. The process keeps the full ones in memory. */
import type { Recipe } from '../pipeline/recipe.js';
import { shownAddress } from '../storage/http-address.js';
import { hideSecrets } from '../storage/http-list.js';

/** The same recipe, for this process, with addresses that may be written down. Throws ConfigError for an address that is none. */
export function withoutSecrets(recipe: Recipe): Recipe {
  const hidden = <T extends { readonly paths: readonly string[] }>(one: T): T => ({ ...one, paths: one.paths.map(hideSecrets) });
  const { sources, decontaminate, output: { to, ...output } } = recipe;
  return {
    ...recipe, output: { ...output, ...(to === undefined ? {} : { to: shownAddress(to) }) }, sources: Object.fromEntries(Object.entries(sources).map(([name, source]) => [name, { ...source, read: hidden(source.read) }])),
    ...(decontaminate === undefined ? {} : {
      decontaminate: { ...decontaminate, against: Object.fromEntries(Object.entries(decontaminate.against).map(([name, benchmark]) => [name, hidden(benchmark)])) },
    }),
  };
}

/** A path of a command line, which may have a name in front: `NAME=ADDRESS`. */
export function shownPath(argument: string): string {
  const [, name = '', path = argument] = /^([^=/:]*=)?(https?:.*)$/is.exec(argument) ?? [];
  return name + hideSecrets(path);
}
