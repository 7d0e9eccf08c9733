/** Runs `sluice dedup` over texts as a user would, and reads from its decision records which documents went, for which others. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decisionsOf } from '../promises/support/output.js';
import { sluice } from '../promises/support/sluice.js';

export interface TextDocument {
  readonly id: string;
  readonly text: string;
  readonly url?: string;
}

export interface Removed {
  readonly keptId: string;
  readonly method: string;
  readonly cluster: number;
  /** Estimate; exact, where the texts were compared. */
  readonly jaccard: number | null;
  readonly exactJaccard: number | null;
}

/** Writes one JSON document a line. */
export function writeDocuments(path: string, documents: readonly TextDocument[]): void {
  writeFileSync(path, documents.map((document) => `${JSON.stringify(document)}\n`).join(''));
}

/** By id, those that were removed. `files` and `options` as on the command line. */
export async function runDedup(folder: string, files: readonly string[], output: string, options: readonly string[]): Promise<Map<string, Removed>> {
  const { code, stderr } = await sluice(folder, 'dedup', ...files, '--output', output, ...options);
  if (code !== 0) throw new Error(`sluice dedup ${options.join(' ')} ended with ${code}:\n${stderr}`);
  return readRemoved(join(folder, output));
}

/** The same from the output folder of a run that is done. */
export async function readRemoved(output: string): Promise<Map<string, Removed>> {
  const removed = new Map<string, Removed>();
  for (const { id, keptId, ...decision } of await decisionsOf(output)) {
    if (keptId !== null) removed.set(id, { keptId, ...decision } as unknown as Removed); // columns of decision records
  }
  return removed;
}
