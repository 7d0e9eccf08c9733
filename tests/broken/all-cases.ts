/** All broken files by family. A new family is a file beside this one and a line here. */
import { archiveCases } from './archives.js';
import type { BrokenCase } from './case.js';
import { flippedCases } from './flipped.js';
import { frameCases } from './frames.js';
import { gluedCases } from './glued.js';
import { lineCases } from './lines.js';
import { recordCases } from './records.js';
import { responseCases } from './responses.js';
import { rowGroupCases } from './row-groups.js';
import { tableCases } from './tables.js';
import { truncatedCases } from './truncated.js';

export async function allCases(): Promise<ReadonlyMap<string, readonly BrokenCase[]>> {
  return new Map([
    ['cut at every 1 % of its length', await truncatedCases()],
    ['with another bit', await flippedCases()],
    ['of parts that were glued, or with garbage in it', gluedCases()],
    ['of records with broken headers', recordCases()],
    ['of Zstandard frames, cut and damaged', await frameCases()],
    ['of rows and entries, cut and damaged', tableCases()],
    ['of row groups that lie', rowGroupCases()],
    ['of broken HTTP responses', responseCases()],
    ['of lines that are no records, or of nothing', lineCases()],
    ['that is an archive of another kind', await archiveCases()],
  ]);
}
