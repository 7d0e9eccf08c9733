/**
 * Fields of a row as JSON, put together from the entries of their columns by repetition and definition levels (Dremel's record assembly): lists become
 * arrays, groups objects. Lists are found in the three-level form of the specification and in the older ones.
 * https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#nested-types
 */
import { cellJson } from './cell-json.js';
import type { ChunkReader } from './chunk-reader.js';
import { ParquetDamage } from './damage.js';
import { leavesOf, type SchemaNode } from './schema.js';
import type { Cell } from './values.js';

/** Entries of one row in one column: a list may have many. */
const MOST_ENTRIES = 1 << 20;

/** The entries of the row at hand in one column. */
export class RowEntries {
  readonly node: SchemaNode;
  readonly #reader: ChunkReader;
  readonly #repetitions: number[] = [];
  readonly #definitions: number[] = [];
  readonly #cells: (Cell | undefined)[] = [];
  #at = 0;
  /** Whether the reader stands at the first entry of the next row. */
  #ahead = false;

  constructor(node: SchemaNode, reader: ChunkReader) {
    this.node = node;
    this.#reader = reader;
  }

  /** Takes the next row where that needs no waiting: in a column without lists, and not at the end of a page. Else false, and nothing is taken. */
  step(): boolean {
    if (this.node.maxRepetition > 0 || !this.#reader.step()) return false;
    this.#clear();
    this.#push();
    return true;
  }

  /** Takes the next row; false at the end of the column. */
  async fill(): Promise<boolean> {
    this.#clear();
    const reader = this.#reader;
    for (;;) {
      if (!this.#ahead && !reader.step() && !(await reader.next())) break;
      this.#ahead = this.#cells.length > 0 && reader.repetition === 0;
      if (this.#ahead) break;
      if (this.#cells.length === 0 && reader.repetition > 0) throw new ParquetDamage('found a row that begins inside a list');
      if (this.#cells.length >= MOST_ENTRIES) {
        throw new ParquetDamage(`found a row of more than ${MOST_ENTRIES} values in "${this.node.name}"`, 'row-group-bomb');
      }
      this.#push();
      if (this.node.maxRepetition === 0) break;
    }
    return this.#cells.length > 0;
  }

  /** Back to the first entry: a field may be asked for by itself and with the group that it is in. */
  rewind(): void {
    this.#at = 0;
  }

  /** Levels of the next entry; a repetition of -1 behind the last. */
  get repetition(): number {
    return this.#repetitions[this.#at] ?? -1;
  }

  get definition(): number {
    return this.#definitions[this.#at] ?? this.#none();
  }

  take(): Cell | undefined {
    if (this.#at >= this.#cells.length) this.#none();
    return this.#cells[this.#at++];
  }

  #clear(): void {
    this.#repetitions.length = this.#definitions.length = this.#cells.length = this.#at = 0;
  }

  #push(): void {
    this.#repetitions.push(this.#reader.repetition);
    this.#definitions.push(this.#reader.definition);
    this.#cells.push(this.#reader.cell);
  }

  #none(): never {
    throw new ParquetDamage(`found no value in "${this.node.name}" where another column of its list has one`);
  }
}

/** The JSON of a field in the row that the entries of all its columns hold. Text longer than `mostLength` is refused. */
export class RecordJson {
  readonly #entries: ReadonlyMap<SchemaNode, RowEntries>;
  readonly #leaves = new Map<SchemaNode, readonly RowEntries[]>();
  readonly #mostLength: number;
  #length = 0;

  /** `entries` by leaf. */
  constructor(entries: ReadonlyMap<SchemaNode, RowEntries>, mostLength: number) {
    this.#entries = entries;
    this.#mostLength = mostLength;
  }

  /** `null` where the field is. */
  of(node: SchemaNode): string {
    this.#length = 0;
    for (const entries of this.#below(node)) entries.rewind();
    const json = this.#json(node);
    if (this.#below(node).some(({ repetition }) => repetition !== -1)) {
      throw new ParquetDamage(`found more values in "${node.name}" than its lists have room for`);
    }
    return json;
  }

  #json(node: SchemaNode): string {
    if (node.repetition === 'repeated') return this.#list(node, () => this.#present(node)); // a list without its wrapping, as old writers have it
    if (node.repetition === 'optional' && this.#first(node).definition < node.maxDefinition) return this.#passOver(node, 'null');
    return this.#present(node);
  }

  #present(node: SchemaNode): string {
    if (node.leaf !== undefined) {
      const cell = this.#first(node).take();
      if (cell === undefined) throw new ParquetDamage(`found a null in "${node.name}", which is required`);
      return this.#counted(cellJson(node.leaf, cell));
    }
    if (!node.isList) return this.#counted(`{${node.children.map((child) => `${JSON.stringify(child.name)}:${this.#json(child)}`).join(',')}}`, 0);
    const repeated = node.children[0]!; // a list has one child
    const [only, second] = repeated.children;
    const isWrapped = only !== undefined && second === undefined && repeated.name !== 'array' && !repeated.name.endsWith('_tuple');
    return this.#list(repeated, () => (isWrapped ? this.#json(only) : this.#present(repeated)));
  }

  #list(repeated: SchemaNode, element: () => string): string {
    const first = this.#first(repeated);
    if (first.definition < repeated.maxDefinition) return this.#passOver(repeated, '[]');
    const parts: string[] = [];
    do parts.push(element()); while (first.repetition === repeated.maxRepetition);
    return `[${parts.join(',')}]`;
  }

  #passOver(node: SchemaNode, json: string): string {
    for (const entries of this.#below(node)) entries.take();
    return this.#counted(json);
  }

  #counted(json: string, length = json.length): string {
    this.#length += length;
    if (this.#length > this.#mostLength) {
      throw new ParquetDamage(`found a row with more than ${this.#mostLength} characters of metadata`, 'row-group-bomb');
    }
    return json;
  }

  #first(node: SchemaNode): RowEntries {
    return this.#below(node)[0]!; // every group has a leaf below it
  }

  #below(node: SchemaNode): readonly RowEntries[] {
    let found = this.#leaves.get(node);
    if (found === undefined) {
      found = leavesOf(node).map((leaf) => this.#entries.get(leaf)!); // the columns of a wanted field are all wanted
      this.#leaves.set(node, found);
    }
    return found;
  }
}
