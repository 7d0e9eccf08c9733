/** How the sizes of a mixture came about, in a sentence: counted, estimated by a ratio, by a tokenizer whole or in a sample, or declared. */
import type { Interval } from '../mixture/ratio-estimate.js';
import type { Counted } from '../pipeline/sampled-sizes.js';
import { describeCount } from './table.js';

/** `bytesPerToken`: by source, the ratio that its tokens are estimated with. */
export function countedText(counted: Counted | { readonly by: 'declared' }, bytesPerToken: readonly (readonly [source: string, ratio: number])[]): string {
  const ratios = bytesPerToken.map(([source, ratio]) => `${source} ${ratio.toFixed(2)}`).join(', ');
  switch (counted.by) {
    case 'bytes-per-token': return `Tokens are estimated from bytes, by bytes a token: ${ratios}.`;
    case 'tokenizer': {
      const { tokenizer, sample } = counted;
      if (typeof sample !== 'number') return `Tokens are counted by ${tokenizer}, in every document.`;
      return `Tokens are counted by ${tokenizer} in up to ${describeCount(sample)} documents of each source; the others go by the bytes a token found: ${ratios}.`;
    }
    case 'bytes': case 'documents': case 'words': return `Sizes are ${counted.by}, counted.`;
    case 'declared': return 'Sizes are as declared on the command line: nothing was read.';
  }
}

/** What sources that were counted in a sample have, with 95 % confidence; undefined where none was. */
export function intervalText(available: Readonly<Record<string, { readonly interval?: Interval }>>, describe: (size: number) => string): string | undefined {
  const sampled = Object.entries(available).flatMap(([source, { interval }]) => (interval === undefined ? [] : [`${source} ${describe(interval.low)} to ${describe(interval.high)}`]));
  return sampled.length === 0 ? undefined : `Counted in a sample, so with 95 % confidence there are: ${sampled.join(', ')}.`;
}
