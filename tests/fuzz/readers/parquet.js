import { readdirSync, readFileSync } from 'node:fs';
import { parquetSource } from '#src/stages/sources/parquet.js';
import { checkSource } from '../source-check.js';

const limits = { maxDocumentBytes: 4096 };
const sources = [
  parquetSource({ ...limits, text: 'text' }), parquetSource({ ...limits, text: 'text', metadata: ['score', 'id', 'absent'] }),
  parquetSource({ ...limits, text: 'doc.text', metadata: ['doc', 'tags', 'map', 'when', 'small', 'yes'] }),
];
const SEEDS = new URL('../seeds/', import.meta.url);

const thrift = (...bytes) => Buffer.from(bytes);

/** Parquet as pyarrow writes it (seeds/parquet-seeds.py). Places are rows, and a run of equal rows takes few bytes. */
export const parquet = {
  seeds: () => readdirSync(SEEDS).filter((name) => name.endsWith('.parquet')).sort().map((name) => readFileSync(new URL(name, SEEDS))),
  tokens: [
    'PAR1', 'PARE', 'text', 'doc', 'element', thrift(0x15, 0), thrift(0x15, 0xfe, 0xff, 0xff, 0xff, 0x0f), thrift(0x15, 0xff, 0xff, 0xff, 0xff, 0x0f), thrift(0x19, 0x1c), thrift(0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x0f), thrift(0),
    thrift(0x16, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01), thrift(0x2c, 0x15), thrift(0xff, 0xff, 0xff, 0xff, 0x07), thrift(3, 0, 0, 0, 2, 1), thrift(0x1b, 0x00),
  ],
  async check(bytes, { random, write }) {
    const { documents } = await checkSource(random.one(sources), write('input.parquet'), random, { placesAreRows: true });
    return documents.length > 0;
  },
};
