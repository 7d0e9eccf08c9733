/**
 * `files.json`, the list of what runs have published at a destination: names, sizes and SHA-256 of every file there but itself and the manifest. It is there before the
 * first file it names and until the last one is gone, so whoever publishes next knows what to remove, also behind a run that was killed.
 */
import { z } from 'zod';
import { ConfigError } from '../core/errors.js';
import type { Destination } from './destination.js';

export const LIST_NAME = 'files.json';
const MOST_BYTES = 256 << 20;

/** Folders and files that runs publish: nothing else is ever named, and so removed. */
const NAME = /^((corpus|order|decisions|rejects)\/.+|ledger\.json|report\.md)$/s;

const fileSchema = z.strictObject({
  path: z.string().regex(NAME).refine((path) => !path.split('/').some((part) => part === '' || part === '.' || part === '..')),
  bytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

export type PublishedFile = z.infer<typeof fileSchema>;

/** The list as it is written: in order of name. */
export function listText(files: readonly PublishedFile[]): string {
  const sorted = files.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })).sort((a, b) => (a.path < b.path ? -1 : 1));
  return `{"files": [\n${sorted.map((file) => `  ${JSON.stringify(file)}`).join(',\n')}\n]}\n`;
}

/** The list that is there, empty where there is none. ConfigError where a file of that name is no such list. */
export async function readList(destination: Destination, signal?: AbortSignal): Promise<readonly PublishedFile[]> {
  const bytes = await destination.read(LIST_NAME, MOST_BYTES, signal);
  if (bytes === undefined) return [];
  try {
    return z.strictObject({ files: z.array(fileSchema) }).parse(JSON.parse(new TextDecoder().decode(bytes))).files;
  } catch (error) {
    throw new ConfigError(`${destination.name}/${LIST_NAME}: found something else than the list of what a run published, expected it, or another place for the output`, { cause: error });
  }
}

/** Throws ConfigError where the manifest that is there is of no run. */
export async function expectOwnManifest(destination: Destination, signal?: AbortSignal): Promise<void> {
  const bytes = await destination.read('manifest.json', MOST_BYTES, signal);
  if (bytes === undefined) return;
  try {
    z.object({ digest: z.string(), recipe: z.object({ fingerprint: z.string() }), corpus: z.array(z.unknown()) }).parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (error) {
    throw new ConfigError(`${destination.name}/manifest.json: found something else than a run's manifest, expected another place for the output`, { cause: error });
  }
}
