/**
 * The index of a corpus's order: which document is at which position, and where its line is, so that a batch is found without reading the corpus, and
 * by programs in other languages. Beside corpus/, a folder order/. All numbers count from 0 and are little-endian:
 *
 *   index.json      what follows here, in JSON; `fingerprint` names the order, `documents` and `files` say how many there are, `sources` their names
 *   places.bin      16 bytes a document, in the order of training:
 *                     uint32 corpus file   uint32 its line there   uint16 source   uint16 copy of the document
 *                     uint32 CRC-32 (as in gzip) of the 12 bytes before and the position as uint64
 *   files.bin       a table of strings (string-table.ts), one a corpus file: JSON {"path", "documents", "ids": bytes of its table of ids}
 *   ids-00000.bin   for each corpus file, by its number of five digits or more, a table of strings: the id in each of its lines
 *
 * Batch K of size n is the positions [K n, (K + 1) n). A batch takes two reads, and two more a document and a corpus file, whatever the size of the corpus.
 * The fingerprint changes when any line of the corpus, its place, or its position does, or the list of sources. Checksums of whole files are in manifest.json.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { fingerprintOf } from '../core/canonical-json.js';

const ORDER_FORMAT = 'sluice-order';
/** Another number: another layout, read by another release. */
export const ORDER_VERSION = 1;
export const PLACE_BYTES = 16;
export const MOST_ORDER_JSON_BYTES = 8 << 20;

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const file = z.strictObject({ bytes: z.int().min(0), sha256: digest });

export const orderSchema = z.strictObject({
  format: z.literal(ORDER_FORMAT),
  version: z.literal(ORDER_VERSION),
  fingerprint: digest,
  /** What made the corpus. It does not say what is in it: other recipes may give the same order. */
  recipe: z.strictObject({ name: z.string().max(100), fingerprint: digest }),
  /** The corpus's, as in the manifest. */
  digest,
  documents: z.int().min(0),
  files: z.int().min(0),
  sources: z.array(z.string().min(1).max(64)).max(2 ** 16),
  placesFile: file,
  filesFile: file,
  /** SHA-256 of the canonical JSON (keys sorted, no white space) of all other fields. */
  check: digest,
});

export type OrderHead = z.infer<typeof orderSchema>;

/** A string of files.bin. */
export const orderFileSchema = z.strictObject({ path: z.string().min(1).max(4000), documents: z.int().min(1).max(2 ** 32), ids: z.int().min(0) });
export type OrderFile = z.infer<typeof orderFileSchema>;

/** Where a document stands. */
export interface Place {
  readonly file: number;
  readonly line: number;
  readonly source: number;
  readonly copy: number;
}

/** What a head says; the rest of it follows from that. */
export type OrderParts = Omit<OrderHead, 'format' | 'version' | 'fingerprint' | 'check'>;

/** The head of an index of these parts. */
export function orderHead(parts: OrderParts): OrderHead {
  const { digest: corpus, documents, sources, placesFile, filesFile } = parts;
  const layout = { format: ORDER_FORMAT, version: ORDER_VERSION } as const;
  const fingerprint = fingerprintOf({ ...layout, digest: corpus, documents, sources, places: placesFile.sha256, files: filesFile.sha256 });
  const head = { ...layout, fingerprint, ...parts };
  return { ...head, check: fingerprintOf(head) };
}

/** Whether the fields are those that its check was made of. */
export function isWhole({ check, ...rest }: OrderHead): boolean {
  return fingerprintOf(rest) === check;
}

export const orderFilePath = (directory: string, name: 'index.json' | 'places.bin' | 'files.bin'): string => join(directory, 'order', name);
/** The ids of a corpus file, by its number. */
export const orderIdsPath = (directory: string, file: number): string => join(directory, 'order', `ids-${String(file).padStart(5, '0')}.bin`);
