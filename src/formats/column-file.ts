/**
 * The layout of a column file: rows without their text, written by one task and read by the next. Blocks of rows follow each other, each column
 * of a block in one section, so a reader takes only the columns it asks for; the footer holds the schema, where blocks are, and a CRC-32 for
 * every section. column-writer.ts and column-reader.ts are its two sides.
 *
 *   "SLUICEC1"   sections of block 0, of block 1, ...   footer (JSON)   footer bytes (uint32)   footer CRC-32 (uint32)   "SLUICEC1"
 *
 * A section holds the column's values end to end in host byte order (little-endian on every platform that Node ships for but s390x); a
 * utf8 section holds `rows + 1` uint32 offsets and then the bytes.
 */
import { z } from 'zod';
import { ShardError } from '../core/errors.js';
import type { ColumnKind } from '../core/document-batch.js';

export const COLUMN_FILE_MAGIC = new TextEncoder().encode('SLUICEC1');
/** Footer length, its CRC-32 and the closing magic. */
export const TRAILER_BYTES = 16;
/** A block has at most so many rows, and is closed before its values exceed so many bytes, unless it is one row. */
export const BLOCK_ROWS = 1 << 16;
export const BLOCK_BYTES = 8 << 20;
/**
 * What a reader reserves for one column of a block, or for the footer, at most: files may come from elsewhere. A row longer than a block (an id or address
 * of many MB) has room; a footer of so much speaks of some 400 GB.
 */
export const MOST_SECTION_BYTES = 64 << 20;

export interface ColumnSpec {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Bytes a row, of a `bytes` column. */
  readonly width?: number | undefined;
}

const WIDTHS = { float32: 4, float64: 8, uint32: 4, hash64: 8 } as const;

/** Bytes a row of a fixed-width column; 0 for utf8. */
export function columnWidth(spec: ColumnSpec): number {
  if (spec.kind === 'utf8') return 0;
  return spec.kind === 'bytes' ? spec.width! : WIDTHS[spec.kind]; // a bytes column without width passed neither schema check
}

const specSchema = z
  .strictObject({
    name: z.string().min(1),
    kind: z.enum(['float32', 'float64', 'uint32', 'hash64', 'bytes', 'utf8']),
    width: z.int().min(1).max(BLOCK_BYTES).optional(),
  })
  .refine(({ kind, width }) => (kind === 'bytes') === (width !== undefined), 'a bytes column has a width, and no other');

const schemaSchema = z
  .array(specSchema)
  .min(1)
  .refine((specs) => new Set(specs.map(({ name }) => name)).size === specs.length, 'column names must differ');

const footerSchema = z.strictObject({
  schema: schemaSchema,
  rows: z.int().min(0),
  blocks: z.array(
    z.strictObject({
      rows: z.int().min(1).max(BLOCK_ROWS),
      /** Byte position of its first section. */
      position: z.int().min(0),
      /** In the order of the schema: bytes and CRC-32. */
      sections: z.array(z.tuple([z.int().min(0), z.int().min(0)])),
    }),
  ),
});

export type ColumnFileFooter = z.infer<typeof footerSchema>;
export type BlockEntry = ColumnFileFooter['blocks'][number];

/** Throws where a schema is empty, names a column twice or gives a width to the wrong kind: a bug of the caller. */
export function checkSchema(schema: readonly ColumnSpec[]): void {
  const checked = schemaSchema.safeParse(schema);
  if (!checked.success) throw new Error(`schema of a column file: ${z.prettifyError(checked.error)}`);
}

/**
 * The footer from its JSON, with every position and size checked against the file: blocks must fill the bytes from the opening magic to
 * `footerPosition` without gap or overlap, sections must have the size that their rows demand. ShardError otherwise.
 */
export function parseFooter(path: string, json: string, footerPosition: number): ColumnFileFooter {
  const fail = (what: string): never => {
    throw new ShardError(`${path}: footer at byte ${footerPosition}: ${what}`);
  };
  let found: unknown;
  try {
    found = JSON.parse(json);
  } catch {
    return fail('is not JSON');
  }
  const parsed = footerSchema.safeParse(found);
  if (!parsed.success) return fail(z.prettifyError(parsed.error));
  const { schema, rows, blocks } = parsed.data;
  let position = COLUMN_FILE_MAGIC.length;
  let sum = 0;
  blocks.forEach((block, i) => {
    if (block.position !== position) fail(`block ${i} is at byte ${block.position}, expected ${position}`);
    if (block.sections.length !== schema.length) fail(`block ${i} has ${block.sections.length} sections, expected ${schema.length}`);
    block.sections.forEach(([bytes], c) => {
      const spec = schema[c]!;
      const least = spec.kind === 'utf8' ? 4 * (block.rows + 1) : columnWidth(spec) * block.rows;
      if (spec.kind === 'utf8' ? bytes < least : bytes !== least) {
        fail(`block ${i}, column "${spec.name}" has ${bytes} bytes, expected ${least}${spec.kind === 'utf8' ? ' or more' : ''}`);
      }
      position += bytes;
    });
    sum += block.rows;
  });
  if (position !== footerPosition) fail(`blocks end at byte ${position}, expected ${footerPosition}`);
  const largest = blocks.reduce((most, { sections }) => sections.reduce((max, [bytes]) => Math.max(max, bytes), most), 0);
  if (largest > MOST_SECTION_BYTES) fail(`a column of a block has ${largest} bytes, expected at most ${MOST_SECTION_BYTES}`);
  if (sum !== rows) fail(`blocks have ${sum} rows together, expected ${rows}`);
  return parsed.data;
}
