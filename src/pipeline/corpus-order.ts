/**
 * Puts all copies in the order of the corpus, deals them out to its files, and writes down where each is. Outputs:
 *   selected   16 bytes a copy, file by file and line by line: row, record position high (with CUT_STORE) and low, record bytes, as uint32
 *   places     16 bytes a copy in the order of the corpus: the index of the order (formats/order-index.ts)
 * Memory: one sort that is read, one that is filled where a template has fields, and what CorpusFiles keeps of each file.
 */
import { addAmount } from '../core/ledger.js';
import { AtomicFile, type WrittenFile } from '../formats/atomic-file.js';
import { ExternalSort } from '../formats/external-sort.js';
import { PlaceWriter } from '../formats/order-index-writer.js';
import { orderHashKey, orderKeys } from '../mixture/order.js';
import type { Candidates } from './candidates.js';
import { copiesOf } from './copies.js';
import { CorpusFiles } from './corpus-files.js';
import { Languages } from './languages.js';
import { asksFor, PATH_FIELDS } from './output-path.js';
import type { SelectedSource } from './phases/select.js';
import type { Run } from './run.js';

/** In the high word of a record's position: it is in the `text` of the last phase that changes texts, not in that of `curate`. */
export const CUT_STORE = 2 ** 31;
/** Words of a record of `selected`. */
export const SELECTED_WORDS = 4;
/** Order key high and low, row and copy to break ties, record position high and low, record bytes, source and expansion. */
const ORDER_WORDS = 8;
/** File and line, then a record of `selected`. */
const FILE_WORDS = 2 + SELECTED_WORDS;
/** Expansions, of which there are fewer, and sources share a word; a recipe, of 1 MiB at most, has no more sources either. */
const EXPANSIONS = 2 ** 16;

export interface WrittenOrder {
  readonly selected: WrittenFile;
  readonly places: WrittenFile;
  readonly files: Pick<CorpusFiles, 'names' | 'documents'>;
}

/** Adds what is written of each source to its `written`. */
export function writeOrder(run: Run, documents: Candidates, sources: readonly SelectedSource[]): WrittenOrder {
  const folder = run.path('work', 'shuffle');
  const { output } = run.plan.recipe;
  const files = new CorpusFiles(output, sources.map(({ source }) => source));
  const sort = new ExternalSort({ words: ORDER_WORDS, keyWords: 4, memoryBytes: run.memory.sort, folder });
  const places = new PlaceWriter(run.plan.directory);
  const selected = PATH_FIELDS.some((field) => asksFor(output.path, field)) ? new SortedByFile(run) : new InOrder(run);
  try {
    addCopies(run, documents, sources, files, sort);
    const record = new Uint32Array(FILE_WORDS);
    for (const chunk of sort.sorted()) {
      for (let at = 0; at < chunk.length; at += ORDER_WORDS) {
        const source = Math.floor(chunk[at + 7]! / EXPANSIONS);
        const { file, line } = files.next(chunk[at + 7]! % EXPANSIONS, source, chunk[at + 6]!);
        places.add({ file, line, source, copy: chunk[at + 3]! });
        record.set([file, line, chunk[at + 2]!, chunk[at + 4]!, chunk[at + 5]!, chunk[at + 6]!]);
        selected.add(record);
      }
    }
    return { selected: selected.commit(), places: places.commit(), files };
  } finally {
    sort.dispose();
    selected.abort();
    places.abort();
  }
}

function addCopies(run: Run, documents: Candidates, sources: readonly SelectedSource[], files: CorpusFiles, sort: ExternalSort): void {
  const { seed, output } = run.plan.recipe;
  const numbers = new Map(sources.map(({ source }, number) => [source, number]));
  const languages = asksFor(output.path, 'language') ? new Languages(run) : undefined;
  const key = orderHashKey(seed);
  let keys = new Uint32Array(2); // stay 0 where the rows are the order
  const record = new Uint32Array(ORDER_WORDS);
  try {
    for (const document of documents.all(() => true)) {
      const number = numbers.get(document.source)!; // made of the same recipe
      const source = sources[number]!;
      const copies = copiesOf(source, document);
      if (copies === 0) continue;
      if (2 * copies > keys.length) keys = new Uint32Array(2 * copies);
      if (output.order === 'shuffled') orderKeys(key, document.low, document.high, copies, keys);
      const expansion = files.expansion(number, languages?.at(document.row) ?? '');
      for (let copy = 0; copy < copies; copy++) {
        record.set([
          keys[2 * copy + 1]!, keys[2 * copy]!, document.row, copy, Math.floor(document.recordAt / 2 ** 32) + (document.isCut ? CUT_STORE : 0), document.recordAt % 2 ** 32,
          document.recordBytes, number * EXPANSIONS + expansion,
        ]);
        sort.add(record);
        addAmount(source.written, { documents: 1, bytes: document.bytes, tokens: document.tokens });
        source.written.size += document.size;
      }
    }
  } finally {
    languages?.close();
  }
}

/** Takes records of file, line and `selected`, and writes the last of them, file by file. */
interface SelectedWriter {
  add(record: Uint32Array): void;
  commit(): WrittenFile;
  abort(): void;
}

/** Without fields in the template, the order goes through one file after another. */
class InOrder implements SelectedWriter {
  readonly #file: AtomicFile;

  constructor(run: Run) {
    this.#file = AtomicFile.create(run.workPath('select', 0, 'selected'));
  }

  add(record: Uint32Array): void {
    this.#file.write(new Uint8Array(record.buffer, record.byteOffset + 4 * (FILE_WORDS - SELECTED_WORDS), 4 * SELECTED_WORDS));
  }

  commit(): WrittenFile {
    return this.#file.commit();
  }

  abort(): void {
    this.#file.abort();
  }
}

/** With fields, it fills several files at a time. */
class SortedByFile implements SelectedWriter {
  readonly #sort: ExternalSort;
  readonly #selected: InOrder;

  constructor(run: Run) {
    this.#sort = new ExternalSort({ words: FILE_WORDS, keyWords: 2, memoryBytes: run.memory.sort, folder: run.path('work', 'shuffle') });
    this.#selected = new InOrder(run);
  }

  add(record: Uint32Array): void {
    this.#sort.add(record);
  }

  commit(): WrittenFile {
    for (const chunk of this.#sort.sorted()) {
      for (let at = 0; at < chunk.length; at += FILE_WORDS) this.#selected.add(chunk.subarray(at, at + FILE_WORDS));
    }
    return this.#selected.commit();
  }

  abort(): void {
    this.#sort.dispose();
    this.#selected.abort();
  }
}
