/** The header in front of every page of a column chunk. https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift */
import { ParquetDamage } from './damage.js';
import { THRIFT, ThriftReader } from './thrift.js';

export const PAGE = { data: 0, index: 1, dictionary: 2, data2: 3 } as const;

export interface PageHeader {
  /** Of the header itself. */
  readonly headerBytes: number;
  readonly type: number;
  readonly plainBytes: number;
  readonly storedBytes: number;
  /** CRC-32 of the stored page; absent where the writer gave none. */
  readonly crc: number | undefined;
  /** Entries of a data page with nulls and empty lists, values of a dictionary. */
  readonly values: number;
  readonly encoding: number;
  /** Of a page of version 1. */
  readonly levelEncodings: readonly [definition: number, repetition: number];
  /** Of a page of version 2: the levels stand before the values and are not compressed. */
  readonly definitionBytes: number;
  readonly repetitionBytes: number;
  readonly compressed: boolean;
}

const RLE = 3;

/** Throws ThriftEnd where the bytes end before the header does, ParquetDamage where it is none. */
export function readPageHeader(bytes: Uint8Array, start: number, end: number): PageHeader {
  const thrift = new ThriftReader(bytes, start, end);
  const header = {
    type: -1, plainBytes: -1, storedBytes: -1, crc: undefined as number | undefined, values: 0, encoding: -1,
    definition: RLE, repetition: RLE, definitionBytes: 0, repetitionBytes: 0, compressed: true,
  };
  thrift.struct((id, type) => {
    switch (id) {
      case 1: header.type = thrift.int(type); return true;
      case 2: header.plainBytes = thrift.int(type); return true;
      case 3: header.storedBytes = thrift.int(type); return true;
      case 4: header.crc = thrift.int(type) >>> 0; return true;
      case 5: case 7: case 8: // data, dictionary, data of version 2
        if (type !== THRIFT.struct) throw new ParquetDamage(`found a page header of type ${type}`);
        thrift.struct((field, fieldType) => {
          if (field === 1) header.values = thrift.int(fieldType);
          else if (field === (id === 8 ? 4 : 2)) header.encoding = thrift.int(fieldType);
          else if (id === 5 && field === 3) header.definition = thrift.int(fieldType);
          else if (id === 5 && field === 4) header.repetition = thrift.int(fieldType);
          else if (id === 8 && field === 5) header.definitionBytes = thrift.int(fieldType);
          else if (id === 8 && field === 6) header.repetitionBytes = thrift.int(fieldType);
          else if (id === 8 && field === 7) header.compressed = thrift.bool(fieldType);
          else return false;
          return true;
        });
        return true;
      default: return false;
    }
  });
  const { definition, repetition, ...rest } = header;
  const { plainBytes, storedBytes, values, definitionBytes, repetitionBytes } = header;
  if (plainBytes < 0 || storedBytes < 0 || values < 0) {
    throw new ParquetDamage(`found a page of ${values} values, ${storedBytes} bytes stored and ${plainBytes} inflated, expected no negative number`);
  }
  const levels = definitionBytes + repetitionBytes;
  if (definitionBytes < 0 || repetitionBytes < 0 || levels > storedBytes || levels > plainBytes) {
    throw new ParquetDamage(`found levels of ${definitionBytes} and ${repetitionBytes} bytes in a page of ${storedBytes}`);
  }
  return { ...rest, headerBytes: thrift.at - start, levelEncodings: [definition, repetition] };
}
