/**
 * What can be wrong with a part of a Parquet file, as exceptions of this folder: `documents.ts` turns them into faults that cost a row group, or into
 * ShardError where nothing can be read.
 */

/** Reasons of faults in Parquet files: `no-text` is a null; the others cost the rows of a row group that are not yet read. */
export const PARQUET_REASONS = ['damaged-row-group', 'unsupported-row-group', 'row-group-bomb', 'wrong-row-count', 'no-text'] as const;

export type ParquetReason = (typeof PARQUET_REASONS)[number];

/** Messages may quote names that a file gives. */
const MOST_MESSAGE = 500;

/** The message says what was found and what was expected, without the place. */
export class ParquetDamage extends Error {
  override readonly name = 'ParquetDamage';
  readonly reason: ParquetReason;

  constructor(message: string, reason: ParquetReason = 'damaged-row-group', options?: ErrorOptions) {
    super(message.length > MOST_MESSAGE ? `${message.slice(0, MOST_MESSAGE)}...` : message, options);
    this.reason = reason;
  }
}
