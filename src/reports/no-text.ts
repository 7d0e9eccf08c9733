/** The hint that a table ends with where records of a source had no text: most likely it is in a field of another name. */
import type { FaultSummary } from './report-data.js';
import { describeCount, plainText } from './table.js';

/** A line for each such source. */
export function noTextLines(faults: readonly FaultSummary[]): string[] {
  return faults.filter(({ reason }) => reason === 'no-text')
    .map(({ source, count }) => `${plainText(source, 24)}: ${describeCount(count)} record${count === 1 ? '' : 's'} without text: is it in another field?`);
}
