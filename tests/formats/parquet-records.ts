/** Records of every kind of column that decision records have, for tests of the Parquet files that we write. */
import fc from 'fast-check';
import type { ParquetRecord } from '#src/formats/parquet-reader.js';
import type { ParquetColumn, ParquetValues } from '#src/formats/parquet-writer.js';

export const SCHEMA: readonly ParquetColumn[] = [
  { name: 'id', kind: 'utf8' },
  { name: 'reason', kind: 'utf8', nullable: true },
  { name: 'bytes', kind: 'uint32' },
  { name: 'cluster', kind: 'uint32', nullable: true },
  { name: 'score', kind: 'float32', nullable: true },
  { name: 'offset', kind: 'float64' },
  { name: 'kept', kind: 'boolean' },
  { name: 'sampled', kind: 'boolean', nullable: true },
];

export const asColumns = (records: readonly ParquetRecord[]): Map<string, ParquetValues> =>
  new Map(SCHEMA.map(({ name }) => [name, records.map((record) => record[name]!)]));

export const record: fc.Arbitrary<ParquetRecord> = fc.record({
  id: fc.string({ unit: 'binary', maxLength: 30 }),
  reason: fc.option(fc.constantFrom('too-short', 'duplicate', '')),
  bytes: fc.nat(0xffffffff),
  cluster: fc.option(fc.nat(0xffffffff)),
  score: fc.option(fc.float({ noNaN: true })),
  offset: fc.double({ noNaN: true }),
  kept: fc.boolean(),
  sampled: fc.option(fc.boolean()),
});
