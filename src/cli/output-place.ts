/** Where a run works and where its result goes: a local folder always, and with s3:// or http(s):// (`--output`, `output.to` in a recipe) also there. */
import { ConfigError } from '../core/errors.js';
import type { Recipe } from '../pipeline/recipe.js';
import { destinationProblem } from '../storage/destination.js';
import { shownAddress } from '../storage/http-address.js';
import { rememberSecret } from '../storage/network.js';
import { placeOf } from '../storage/place.js';

export interface OutputPlace {
  /** As it was given: relative to the current folder. */
  readonly directory: string;
  /** Where the result is published, without credentials. Absent: nowhere. */
  readonly publishTo?: string;
}

/** `output`: of the command line; an address there goes before the recipe's `output.to`. Throws ConfigError for an address that is none. */
export function outputPlace(recipe: Recipe, output: string | undefined): OutputPlace {
  const own = `output/${recipe.name}`;
  const { to } = recipe.output;
  if (output !== undefined && isElsewhere(output)) return { directory: own, publishTo: shownDestination(output, '--output') };
  const place = output === undefined ? undefined : placeOf(output);
  return { directory: place?.kind === 'local' ? place.path : own, ...(to === undefined ? {} : { publishTo: shownDestination(to, 'output.to') }) };
}

const isElsewhere = (address: string): boolean => /^(s3|https?):\/\//i.test(address);

/** A local folder, for commands that publish nothing. Throws ConfigError. */
export function localFolder(output: string): string {
  if (isElsewhere(output)) throw new ConfigError(`--output: found ${shownAddress(output)}, expected a local folder`);
  return output;
}

/** The address as it may be written down; its credentials are kept in memory. */
function shownDestination(address: string, option: string): string {
  const problem = destinationProblem(address);
  const shown = shownAddress(address.replace(/(?<=^s3:\/\/)[^/]*@/, '')).replace(/\/+$/, '');
  if (problem !== undefined) throw new ConfigError(`${option}: ${shown}: found ${problem}, expected s3://BUCKET/PREFIX or http(s)://HOST/PATH`);
  if (shown !== address) rememberSecret(shown, address);
  return shown;
}
