// Readers of what runs leave behind: column files, indexes for deduplication, indexes of an order, Parquet records, survivor records. An input is a number (its first byte)
// and a file: which of the good files it stands for, and whether (the highest bit) checksums that hide it are made to fit, as a forger would.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { fingerprintOf } from '#src/core/canonical-json.js';
import { utf8Column } from '#src/core/document-batch.js';
import { COLUMN_FILE_MAGIC } from '#src/formats/column-file.js';
import { openColumnFile } from '#src/formats/column-reader.js';
import { ColumnWriter } from '#src/formats/column-writer.js';
import { indexColumns } from '#src/formats/dedup-index.js';
import { openDedupIndex } from '#src/formats/dedup-index-reader.js';
import { publishDedupIndex } from '#src/formats/dedup-index-writer.js';
import { readOrder, readOrderHead } from '#src/formats/order-index-reader.js';
import { indexFile, PlaceWriter, writeOrderHead, writeOrderIds } from '#src/formats/order-index-writer.js';
import { readParquetRows } from '#src/formats/parquet-reader.js';
import { ParquetWriter } from '#src/formats/parquet-writer.js';
import { stringTable } from '#src/formats/string-table.js';
import { appendSurvivorRecord, unpackSurvivorRecord } from '#src/formats/survivor-record.js';
import { TextWriter } from '#src/formats/text-file.js';
import { ShardError } from '#src/core/errors.js';
import { mutate } from '../mutate.js';
import { open } from '../prompt-files.js';
import { LINES } from '../seeds.js';
import { fail, messageOf, valueOrMessage } from '../source-check.js';

const REPAIR = 0x80;

/** One of the files of a whole, changed, with its number before it. */
function numbered(random, seeds, tokens) {
  const seed = random.one(seeds);
  const changed = mutate(random, seed.subarray(1), seeds.map((other) => other.subarray(1)), tokens);
  return Buffer.concat([Buffer.from([seed[0] | (random.once(2) ? REPAIR : 0)]), changed]);
}

function made(write) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-fuzz-seed-'));
  try {
    return write(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const numberFile = (folder) => (name, number) => Buffer.concat([Buffer.from([number]), readFileSync(join(folder, name))]);

/** Makes the checksums of a column file's sections and footer those of its bytes, where it has that form. */
function withFittingSums(bytes) {
  const end = bytes.length - COLUMN_FILE_MAGIC.length - 8;
  if (end < 0) return bytes;
  const footerAt = end - bytes.readUInt32LE(end);
  if (footerAt < 0) return bytes;
  let footer = bytes.subarray(footerAt, end);
  try {
    const found = JSON.parse(footer.toString());
    for (const block of found.blocks) {
      let at = block.position;
      for (const section of block.sections) {
        section[1] = crc32(bytes.subarray(at, at + section[0]));
        at += section[0];
      }
    }
    footer = Buffer.from(JSON.stringify(found));
  } catch {
    // a footer of another form has no sums to mend but its own
  }
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(footer.length, 0);
  trailer.writeUInt32LE(crc32(footer), 4);
  return Buffer.concat([bytes.subarray(0, footerAt), footer, trailer, bytes.subarray(bytes.length - COLUMN_FILE_MAGIC.length)]);
}

const COLUMN_SPECS = [{ name: 'id', kind: 'utf8' }, { name: 'x', kind: 'uint32' }, { name: 'q', kind: 'float32' }, { name: 'at', kind: 'float64' }, { name: 'h', kind: 'hash64' }, { name: 'm', kind: 'bytes', width: 3 }];

export const columns = {
  seeds: () => made((folder) => {
    const path = join(folder, 'seed.columns');
    const writer = new ColumnWriter(path, COLUMN_SPECS);
    writer.append(new Map([
      ['id', utf8Column(LINES)], ['x', { kind: 'uint32', values: Uint32Array.from(LINES, (_, i) => i) }], ['q', { kind: 'float32', values: new Float32Array(LINES.length) }],
      ['at', { kind: 'float64', values: new Float64Array(LINES.length) }], ['h', { kind: 'hash64', values: new Uint32Array(2 * LINES.length) }], ['m', { kind: 'bytes', width: 3, values: new Uint8Array(3 * LINES.length) }],
    ]));
    writer.commit();
    return [Buffer.concat([Buffer.from([0]), readFileSync(path)])];
  }),
  tokens: ['"rows":', '"sections":', '"position":', '"kind":"utf8"', '"kind":"bytes"', '"width":', '1e15', '-1', '[[', Buffer.from([0xff, 0xff, 0xff, 0xff])],
  input: numbered,
  async check(bytes, { write }) {
    const content = bytes[0] & REPAIR ? withFittingSums(bytes.subarray(1)) : bytes.subarray(1);
    const { path } = write('input.columns', content);
    const { value } = valueOrMessage(() => {
      const file = openColumnFile(path);
      try {
        let rows = 0;
        for (const block of file.blocks()) rows += block.length;
        for (const { name, kind } of file.schema) {
          if (file.rows === 0) break;
          const row = file.rows - 1;
          if (kind === 'utf8') file.utf8InPlace(row, name);
          else if (kind !== 'bytes' && kind !== 'hash64') file.numberInPlace(row, name);
          file.at(row, name);
        }
        if (rows !== file.rows) fail(`found ${rows} rows of ${file.rows}`);
        return rows;
      } finally {
        file.close();
      }
    });
    if (open.size > 0) fail('left a file open');
    return value !== undefined;
  },
};

const PARAMETERS = { urls: false, minhash: { shingle: { length: 5, unit: 'script' }, kind: 'permutations', bands: 3, rows: 2, seed: 1 }, texts: true, probe: '00ff' };
const INDEX_FILES = ['index.json', 'part-00000.columns', 'part-00000.text'];

function indexSeeds(folder) {
  const columnsFile = new ColumnWriter(join(folder, 'work', 'a.columns'), indexColumns(PARAMETERS));
  const text = new TextWriter(join(folder, 'work', 'a.text'));
  const rows = LINES.length;
  const at = new Float64Array(rows);
  const bytes = new Uint32Array(rows);
  LINES.forEach((line, i) => {
    at[i] = text.bytes;
    bytes[i] = appendSurvivorRecord(text, { id: Buffer.from(`a-${i}`), url: Buffer.alloc(0), language: Buffer.alloc(0), quality: NaN, text: Buffer.from(line) });
  });
  const fixed = (width) => ({ kind: 'bytes', width, values: Uint8Array.from({ length: width * rows }, (_, i) => i) });
  const uint32 = (values = new Uint32Array(rows)) => ({ kind: 'uint32', values });
  columnsFile.append(new Map([
    ['id', utf8Column(LINES.map((_, i) => `a-${i}`))], ['date', utf8Column(LINES.map(() => ''))], ['bytes', uint32()], ['tokens', uint32()], ['quality', { kind: 'float32', values: new Float32Array(rows) }], ['exact', fixed(16)],
    ['url', { kind: 'hash64', values: new Uint32Array(2 * rows) }], ['signed', uint32()], ['minima', fixed(12)], ['bands', fixed(24)], ['recordAt', { kind: 'float64', values: at }], ['recordBytes', uint32(bytes)], ['recordCrc', uint32()],
  ]));
  publishDedupIndex(join(folder, 'index'), { made: { sluice: '1', recipe: 'r', fingerprint: 'f' }, parameters: PARAMETERS }, [{ source: 'a', documents: rows, columns: columnsFile.commit(), text: text.commit() }]);
  return INDEX_FILES.map(numberFile(join(folder, 'index')));
}

let indexFiles;

export const dedupIndex = {
  seeds: () => indexFiles ??= made(indexSeeds),
  tokens: ['"documents":', '"bytes":', '"crc32":', '"parts":[', '"text":', '"bands":', '"rows":', '-1', '1e99', '4294967294', '../', 'null'],
  input: numbered,
  async check(bytes, { folder, write }) {
    const directory = join(folder, 'index');
    mkdirSync(directory, { recursive: true });
    const number = (bytes[0] & ~REPAIR) % INDEX_FILES.length;
    const contents = indexFiles.map((file, i) => (i === number ? bytes : file).subarray(1));
    if (bytes[0] & REPAIR && number === 1) contents[1] = withFittingSums(contents[1]);
    if (bytes[0] & REPAIR && number > 0) {
      const head = JSON.parse(contents[0].toString());
      head.parts[0].columns = { bytes: contents[1].length, crc32: crc32(contents[1]).toString(16).padStart(8, '0') };
      head.parts[0].text.bytes = contents[2].length;
      contents[0] = Buffer.from(JSON.stringify(head));
    }
    INDEX_FILES.forEach((name, i) => write(join('index', name), contents[i]));
    const { value } = valueOrMessage(() => openDedupIndex(directory));
    if (open.size > 0) fail('left a file open');
    return value !== undefined;
  },
};

const ORDER_FILES = ['order/index.json', 'order/places.bin', 'order/files.bin', 'order/ids-00000.bin'];
const DIGEST = 'd'.repeat(64);
const DOCUMENTS = 8;

function orderSeeds(folder) {
  const places = new PlaceWriter(folder);
  for (let line = 0; line < DOCUMENTS; line++) places.add({ file: 0, line, source: line % 2, copy: 0 });
  const { bytes, sha256 } = indexFile(folder, places.commit());
  const ids = writeOrderIds(folder, 0, stringTable(Array.from({ length: DOCUMENTS }, (_, i) => Buffer.from(`id ${i} ${LINES[i % LINES.length]}`))));
  writeOrderHead(folder, { recipe: { name: 'r', fingerprint: DIGEST }, digest: DIGEST, documents: DOCUMENTS, sources: ['a', 'b'], placesFile: { bytes, sha256 } }, [{ path: 'corpus/part-0.jsonl', documents: DOCUMENTS, ids: ids.bytes }]);
  return ORDER_FILES.map(numberFile(folder));
}

let orderFiles;

export const order = {
  seeds: () => orderFiles ??= made(orderSeeds),
  tokens: ['"documents":', '"files":', '"bytes":', '"sources":[', '-1', '1e99', '9007199254740993', Buffer.from([0xff, 0xff, 0xff, 0xff]), Buffer.from([0, 0, 0, 0, 0, 0, 0, 0x80])],
  input: numbered,
  async check(bytes, { folder, write }) {
    mkdirSync(join(folder, 'order'), { recursive: true });
    const number = (bytes[0] & ~REPAIR) % ORDER_FILES.length;
    const contents = orderFiles.map((file, i) => (i === number ? bytes : file).subarray(1));
    if (bytes[0] & REPAIR) contents[number] = withFittingOrder(contents[number], number);
    if (bytes[0] & REPAIR && number > 0) contents[0] = withFittingOrder(contents[0], 0, (head) => {
      if (number < 3) head[number === 1 ? 'placesFile' : 'filesFile'].bytes = contents[number].length;
    });
    ORDER_FILES.forEach((name, i) => write(name, contents[i]));
    write('manifest.json', Buffer.from('{}'));
    const { value } = valueOrMessage(() => {
      const head = readOrderHead(folder);
      const count = Math.min(head.documents, 16);
      const found = readOrder(folder, head, Math.max(0, head.documents - count), count);
      if (found.length !== count) fail(`found ${found.length} documents, asked for ${count}`);
      return found;
    });
    if (open.size > 0) fail('left a file open');
    return value !== undefined;
  },
};

/** The file with its checks made to fit: of the head, of each place, of each string. */
function withFittingOrder(bytes, number, change = () => {}) {
  if (number === 0) {
    try {
      const { check: _, ...head } = JSON.parse(bytes.toString());
      change(head);
      return Buffer.from(JSON.stringify({ ...head, check: fingerprintOf(head) }));
    } catch {
      return bytes;
    }
  }
  const fitting = Buffer.from(bytes);
  if (number === 1) {
    for (let i = 0; 16 * i + 16 <= fitting.length; i++) {
      fitting.writeUInt32LE(crc32(Buffer.concat([fitting.subarray(16 * i, 16 * i + 12), Buffer.from(BigUint64Array.of(BigInt(i)).buffer)])), 16 * i + 12);
    }
    return fitting;
  }
  for (let at = 0; at + 16 <= fitting.length; at += 16) {
    const [from, length] = [Number(fitting.readBigUInt64LE(at)), fitting.readUInt32LE(at + 8)];
    if (from > fitting.length || from < at + 16) break;
    fitting.writeUInt32LE(crc32(fitting.subarray(from, from + length)), at + 12);
  }
  return fitting;
}

const RECORD_COLUMNS = [{ name: 'id', kind: 'utf8' }, { name: 'bytes', kind: 'uint32' }, { name: 'score', kind: 'float32', nullable: true }, { name: 'kept', kind: 'boolean' }];

export const parquetRecords = {
  seeds: () => made((folder) => {
    const path = join(folder, 'seed.parquet');
    const writer = new ParquetWriter(path, RECORD_COLUMNS);
    writer.append(new Map([
      ['id', LINES], ['bytes', LINES.map((_, i) => i)], ['score', LINES.map((_, i) => (i % 2 ? null : i / 2))], ['kept', LINES.map((_, i) => i % 2 === 0)],
    ]), LINES.length);
    writer.commit();
    return [readFileSync(path)];
  }),
  tokens: ['PAR1', Buffer.from([0x15, 0]), Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]), Buffer.from([0x19, 0x1c]), Buffer.from([0]), Buffer.from([0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x0f])],
  async check(bytes, { random, write }) {
    const { path } = write('input.parquet');
    let rows = 0;
    try {
      for await (const group of readParquetRows(path, random.once(4) ? { columns: ['id'], equals: { column: 'bytes', value: 3 } } : {})) rows += group.length;
    } catch (error) {
      if (!/^.*: column "[^]*" asked for/.test(error.message)) messageOf(error, ShardError);
    }
    if (open.size > 0) fail('left a file open');
    return rows > 0;
  },
};

export const survivors = {
  seeds: () => {
    const parts = [];
    appendSurvivorRecord({ append: (part) => parts.push(Buffer.from(part)) }, { id: Buffer.from('id'), url: Buffer.from('http://x/'), language: Buffer.from('en'), quality: 0.5, text: Buffer.from(LINES.join('\n')), metadata: Buffer.from('{"a":1}') });
    return [Buffer.concat(parts)];
  },
  tokens: [Buffer.from([0xff, 0xff, 0xff, 0xff]), Buffer.from([0, 0, 0, 0])],
  async check(bytes) {
    const { value } = valueOrMessage(() => unpackSurvivorRecord(bytes));
    return value !== undefined;
  },
};
