/**
 * The layout of an index for deduplication: what a later run must know of the documents that an earlier one kept, so that it can find their repetitions
 * without reading them again, and say which document matched. A folder:
 *
 *   index.json           what signatures were made with, and every part with its counts and checksums; written last, so without it there is no index
 *   part-00000.columns   column file (column-file.ts), a row a document: id, date, sizes, score, hashes, signature
 *   part-00000.text      survivor records (survivor-record.ts), where similarity is taken of the texts themselves
 *
 * Names of files are derived, never read, so an index can name nothing outside its folder. dedup-index-reader.ts and dedup-index-writer.ts are its sides.
 */
import { join } from 'node:path';
import { z } from 'zod';
import type { ColumnSpec } from './column-file.js';

export const INDEX_FORMAT = 'sluice-dedup-index';
/** Another number: another layout, read by another release. */
export const INDEX_VERSION = 1;

/** A part is a source's shards, some tens of MB of stored input, so this is some TB of input; what index.json takes for them is bounded with it. */
export const MOST_PARTS = 100_000;
export const MOST_INDEX_JSON_BYTES = 32 << 20;
/** Rows are 32-bit numbers (dedup/rows.ts), so a job holds no more, and an index neither. */
const MOST_DOCUMENTS = 2 ** 32 - 2;
/** As in a recipe: MinHash of Lee et al. (2021) is the largest in use. */
const MOST_MINIMA = 9000;

const crc = z.string().regex(/^[0-9a-f]{8}$/);
const file = z.strictObject({ bytes: z.int().min(0), crc32: crc });
const count = z.int().min(0).max(MOST_DOCUMENTS);

const minhashSchema = z.strictObject({
  shingle: z.strictObject({ length: z.int().min(1).max(99), unit: z.enum(['script', 'word', 'character']) }),
  kind: z.enum(['permutations', 'one-permutation', 'datasketch', 'datatrove']),
  bands: z.int().min(1).max(1000),
  rows: z.int().min(1).max(1000),
  seed: z.int().min(0),
}).refine(({ bands, rows }) => bands * rows <= MOST_MINIMA, `expected at most ${MOST_MINIMA} minima`);

const parametersSchema = z.strictObject({
  /** Whether addresses were compared, so that their hashes are there. */
  urls: z.boolean(),
  /** null: there are no signatures, and equal texts and addresses alone can be found. */
  minhash: minhashSchema.nullable(),
  /** Whether texts are there, for exact similarity. */
  texts: z.boolean(),
  /** Hexadecimal: what a fixed text's hashes are. It differs where a release of the program hashes otherwise, whatever the other parameters say. */
  probe: z.string().regex(/^[0-9a-f]{1,512}$/),
});

const partSchema = z.strictObject({
  /** As the run that made it called the documents' source. */
  source: z.string().min(1).max(64),
  documents: count,
  columns: file,
  text: file.optional(),
});

export const indexSchema = z.strictObject({
  format: z.literal(INDEX_FORMAT),
  version: z.literal(INDEX_VERSION),
  made: z.strictObject({ sluice: z.string().max(100), recipe: z.string().max(100), fingerprint: z.string().max(100) }),
  parameters: parametersSchema,
  documents: count,
  parts: z.array(partSchema).max(MOST_PARTS),
});

export type DedupIndex = z.infer<typeof indexSchema>;
export type DedupIndexParameters = DedupIndex['parameters'];
export type DedupIndexPart = DedupIndex['parts'][number];

/** Columns of every part, in this order; empty or NaN where unknown, zeros in `url`. */
const COLUMNS: readonly ColumnSpec[] = [
  { name: 'id', kind: 'utf8' }, { name: 'date', kind: 'utf8' }, { name: 'bytes', kind: 'uint32' }, { name: 'tokens', kind: 'uint32' },
  { name: 'quality', kind: 'float32' }, { name: 'exact', kind: 'bytes', width: 16 }, { name: 'url', kind: 'hash64' },
];

/**
 * The columns of a part. Hashes are those of the documents alone, whatever scope the run had. Rows that are not `signed` have no signature: zeros.
 * `recordCrc` is the CRC-32 of a row's record in the text.
 */
export function indexColumns({ minhash, texts }: Pick<DedupIndexParameters, 'minhash' | 'texts'>): readonly ColumnSpec[] {
  return [
    ...COLUMNS,
    ...(minhash === null ? [] : [
      { name: 'signed', kind: 'uint32' }, { name: 'minima', kind: 'bytes', width: 2 * minhash.bands * minhash.rows },
      { name: 'bands', kind: 'bytes', width: 8 * minhash.bands },
    ] as const),
    ...(texts ? [{ name: 'recordAt', kind: 'float64' }, { name: 'recordBytes', kind: 'uint32' }, { name: 'recordCrc', kind: 'uint32' }] as const : []),
  ];
}

export const INDEX_JSON = 'index.json';
export const indexPath = (directory: string): string => join(directory, INDEX_JSON);
export const indexPartPath = (directory: string, part: number, role: 'columns' | 'text'): string => join(directory, partName(part, role));
const partName = (part: number, role: string): string => `part-${String(part).padStart(5, '0')}.${role}`;
/** Names of files that an index may hold besides index.json. */
export const INDEX_PART_NAME = /^part-\d{5,6}\.(columns|text)$/;
