/** Parquet files put together field by field, so that each of them can lie: one column of texts, `text`, in row groups of pages. */

/** Thrift's compact protocol, as much as Parquet needs of it. */
type Field = readonly [id: number, value: number | bigint | string | boolean | Struct | readonly Struct[] | readonly string[] | Int32];
export class Struct {
  readonly fields: readonly Field[];
  constructor(...fields: Field[]) {
    this.fields = fields;
  }
}
/** A number that is stored as 32 bits; plain ones are stored as 64. */
export class Int32 {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}
export const i32 = (value: number): Int32 => new Int32(value);

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  for (let left = value; ; left >>= 7n) {
    if (left < 128n) return [...bytes, Number(left)];
    bytes.push(Number(left & 127n) | 128);
  }
}

const zigzag = (value: bigint): number[] => varint(value < 0n ? -value * 2n - 1n : value * 2n);
const bytesOf = (text: string): number[] => [...varint(BigInt(Buffer.byteLength(text))), ...Buffer.from(text)];

function encoded({ fields }: Struct): number[] {
  let last = 0;
  const out = fields.flatMap(([id, value]) => {
    const head = (type: number): number => ((id - last) << 4) | type;
    const body = ((): number[] => {
      if (typeof value === 'boolean') return [head(value ? 1 : 2)];
      if (value instanceof Int32) return [head(5), ...zigzag(BigInt(value.value))];
      if (typeof value === 'number' || typeof value === 'bigint') return [head(6), ...zigzag(BigInt(value))];
      if (typeof value === 'string') return [head(8), ...bytesOf(value)];
      if (value instanceof Struct) return [head(12), ...encoded(value)];
      const texts = value.every((one) => typeof one === 'string');
      const items = value.flatMap((one) => (typeof one === 'string' ? bytesOf(one) : encoded(one)));
      return [head(9), 0xf0 | (texts ? 8 : 12), ...varint(BigInt(value.length)), ...items];
    })();
    last = id;
    return body;
  });
  return [...out, 0];
}

export const thrift = (struct: Struct): Buffer => Buffer.from(encoded(struct));

export interface Page {
  readonly header: Struct;
  readonly body: Uint8Array;
}

/** PLAIN texts: four bytes of length, then the bytes. */
export const plain = (...texts: string[]): Buffer => Buffer.concat(texts.flatMap((text) => {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(Buffer.byteLength(text));
  return [length, Buffer.from(text)];
}));

/** A page of version 1; what is not given is as it should be. */
export function dataPage(body: Uint8Array, { values = 1, encoding = 0, plainBytes = body.length, storedBytes = body.length, crc }: { values?: number; encoding?: number; plainBytes?: number; storedBytes?: number; crc?: number } = {}): Page {
  const data = new Struct([1, i32(values)], [2, i32(encoding)], [3, i32(3)], [4, i32(3)]);
  return { header: new Struct([1, i32(0)], [2, i32(plainBytes)], [3, i32(storedBytes)], ...(crc === undefined ? [] : [[4, i32(crc)] as const]), [5, data]), body };
}

export function dictionaryPage(body: Uint8Array, values: number): Page {
  return { header: new Struct([1, i32(2)], [2, i32(body.length)], [3, i32(body.length)], [7, new Struct([1, i32(values)], [2, i32(0)])]), body };
}

export interface Group {
  readonly pages: readonly Page[];
  readonly rows: number;
  readonly values?: number;
  readonly codec?: number;
  /** Offset by which the chunk's place is wrong. */
  readonly shift?: number;
  /** As the footer has it. */
  readonly bytes?: number;
  readonly encrypted?: boolean;
}

export interface MadeFile {
  readonly groups: readonly Group[];
  readonly rows?: number;
  readonly repetition?: number;
  readonly name?: string;
  readonly magic?: string;
  readonly footerBytes?: number;
}

export function madeFile({ groups, rows = groups.reduce((sum, group) => sum + group.rows, 0), repetition = 0, name = 'text', magic = 'PAR1', footerBytes }: MadeFile): Buffer {
  const parts: Buffer[] = [Buffer.from('PAR1')];
  let at = 4;
  const footers = groups.map(({ pages, rows: groupRows, values = groupRows, codec = 0, shift = 0, bytes, encrypted = false }) => {
    const start = at;
    for (const { header, body } of pages) {
      const part = Buffer.concat([thrift(header), body]);
      parts.push(part);
      at += part.length;
    }
    const meta = new Struct([1, i32(6)], [2, []], [3, [name]], [4, i32(codec)], [5, values], [6, at - start], [7, bytes ?? at - start], [9, start + shift]);
    return new Struct([1, [new Struct([2, 0], [3, meta], ...(encrypted ? [[8, new Struct()] as const] : []))]], [2, at - start], [3, groupRows]);
  });
  const schema = [new Struct([4, 'root'], [5, i32(1)]), new Struct([1, i32(6)], [3, i32(repetition)], [4, name], [6, i32(0)])];
  const footer = thrift(new Struct([1, i32(1)], [2, schema], [3, rows], [4, footers]));
  const length = Buffer.alloc(4);
  length.writeUInt32LE((footerBytes ?? footer.length) >>> 0);
  return Buffer.concat([...parts, footer, length, Buffer.from(magic)]);
}
