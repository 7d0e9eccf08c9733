/** What similarity counts, in the words of a recipe: `5 words`, `1 character`, `5 by script`. */
import type { ShingleParameters } from '../kernels/kernels.js';

export function shingleText({ length, unit }: ShingleParameters): string {
  return unit === 'script' ? `${length} by script` : `${length} ${unit}${length === 1 ? '' : 's'}`;
}
