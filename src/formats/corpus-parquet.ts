/**
 * Files of the corpus as Parquet: a document is a row, in the order of the lines that a file of JSON Lines would have. Encoding is hyparquet-writer's.
 *
 *   id, source, text   texts; required
 *   url, language      texts; null where unknown
 *   score              double, as in the line: rounded to 6 decimals; null where there is none
 *   metadata           JSON as text, what goes along with the document; of whole records the record as it was read, with "" in the place of its text; else null
 *
 * Pages are compressed by Zstandard at level 3. Of 23 MB of corpus text in pages of 1 MiB, CPU time on Node 20, by `node tests/bench/parquet.js`:
 * Snappy 97 MB/s and 52 % of the size, gzip at level 2 104 MB/s and 38 %, at 6 47 and 35; Zstandard at 1 200 MB/s and 39 %, at 3 124 and 34, at 5 62 and 33.
 * Frames have checksums, which hyparquet-writer's pages lack.
 */
import { createHash } from 'node:crypto';
import { ParquetWriter as Encoder, type ColumnSource, type SchemaElement } from 'hyparquet-writer';
import { AtomicFile } from './atomic-file.js';
import type { CorpusDocument } from './json-line.js';
import type { WrittenLines } from './line-writer.js';
import { FileBytes } from './parquet-writer.js';
import { zstdFrame } from './zstd-engine.js';

const COMPRESSION_LEVEL = 3;
/** A row group is closed at so many bytes of values, or rows: readers hold one at a time, and so does this writer. */
const ROW_GROUP_BYTES = 16 << 20;
const ROW_GROUP_ROWS = 1 << 15;
const ROOM_BYTES = 1 << 20;
const MOST_NAMES = 10_000;

const text = (name: string, repetition_type: 'REQUIRED' | 'OPTIONAL'): SchemaElement => ({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' }, repetition_type });
const SCHEMA: readonly SchemaElement[] = [
  text('id', 'REQUIRED'), text('source', 'REQUIRED'), text('text', 'REQUIRED'), text('url', 'OPTIONAL'),
  { name: 'score', type: 'DOUBLE', repetition_type: 'OPTIONAL' }, text('language', 'OPTIONAL'), text('metadata', 'OPTIONAL'),
];

export class CorpusParquet {
  readonly #file: AtomicFile;
  readonly #encoder: Encoder;
  readonly #plainHash = createHash('sha256');
  readonly #columns = SCHEMA.map((): (string | number | Uint8Array | null)[] => []);
  /** Strings of sources and languages, by their bytes in Latin-1: there are few. */
  readonly #names = new Map<string, string>();
  /** The bytes of the open row group's texts are in it, up to `#used`; a full one is left to them, and another begun. */
  #room = new Uint8Array(ROOM_BYTES);
  #used = 0;
  #groupBytes = 0;
  #lines = 0;
  #plainBytes = 0;

  /**
   * `loadZstd` has ended. Throws OutputError, as all methods do. Memory: the values of a row group (16 MiB, or one longer document; 32 Ki rows at most) and
   * its pages, whatever the size of the file: 100 MB of resident memory were measured for documents of 3 KB, 150 MB for such of 100 bytes.
   */
  constructor(path: string) {
    this.#file = AtomicFile.create(path, { sha256: true });
    this.#encoder = new Encoder({
      writer: new FileBytes(this.#file),
      schema: [{ name: 'root', num_children: SCHEMA.length }, ...SCHEMA],
      codec: 'ZSTD',
      compressors: { ZSTD: (page) => zstdFrame(page, COMPRESSION_LEVEL) },
      createdBy: 'sluice',
    });
  }

  write(line: Uint8Array, { id, source, text: body, url, score, language, metadata }: CorpusDocument): void {
    this.#plainHash.update(line);
    this.#plainBytes += line.length;
    this.#lines += 1;
    const values = [
      this.#copy(id), this.#name(source), this.#copy(body), url.length === 0 ? null : this.#copy(url), Number.isNaN(score) ? null : Number(score.toFixed(6)) + 0,
      language.length === 0 ? null : this.#name(language), metadata.length === 0 ? null : this.#copy(metadata),
    ];
    for (let i = 0; i < values.length; i++) this.#columns[i]!.push(values[i]!); // as many as columns
    this.#groupBytes += id.length + body.length + url.length + metadata.length;
    if (this.#groupBytes >= ROW_GROUP_BYTES || this.#columns[0]!.length === ROW_GROUP_ROWS) this.#endGroup(); // there is a column
  }

  commit(): WrittenLines {
    if (this.#columns[0]!.length > 0) this.#endGroup(); // there is a column
    void this.#encoder.finish(); // synchronous: the writer returns no promise
    const written = this.#file.commit();
    return { ...written, sha256: written.sha256!, lines: this.#lines, plainBytes: this.#plainBytes, plainSha256: this.#plainHash.digest('hex') }; // asked for in the constructor
  }

  abort(): void {
    this.#file.abort();
  }

  #endGroup(): void {
    const columnData = SCHEMA.map(({ name }, i): ColumnSource => {
      const few = name === 'source' || name === 'language';
      return { name, data: this.#columns[i]!, ...(few || name === 'score' ? {} : { encoding: 'PLAIN', statistics: false }) }; // as many as columns
    });
    void this.#encoder.write({ columnData, rowGroupSize: this.#columns[0]!.length }); // synchronous, as above
    for (const values of this.#columns) values.length = 0;
    this.#room = new Uint8Array(ROOM_BYTES);
    this.#used = this.#groupBytes = 0;
  }

  #copy(bytes: Uint8Array): Uint8Array {
    if (this.#used + bytes.length > this.#room.length) {
      this.#room = new Uint8Array(Math.max(ROOM_BYTES, bytes.length));
      this.#used = 0;
    }
    const copy = this.#room.subarray(this.#used, this.#used + bytes.length);
    copy.set(bytes);
    this.#used += bytes.length;
    return copy;
  }

  #name(bytes: Uint8Array): string {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const key = buffer.toString('latin1');
    let name = this.#names.get(key);
    if (this.#names.size > MOST_NAMES) this.#names.clear();
    if (name === undefined) this.#names.set(key, (name = buffer.toString('utf8')));
    return name;
  }
}
