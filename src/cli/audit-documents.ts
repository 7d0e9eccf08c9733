/** Documents of an audit, by row, as a report shows them: name, source, address, the beginning of the text. Reads single records from the work folder. */
import { Survivors } from '../pipeline/survivors.js';
import type { Run } from '../pipeline/run.js';

/** Characters of a text that a report shows, and bytes that surely hold them. */
const SAMPLE_CHARACTERS = 300;
const SAMPLE_BYTES = 4 * SAMPLE_CHARACTERS;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export class AuditDocuments {
  readonly survivors: Survivors;
  readonly #run: Run;

  constructor(run: Run) {
    this.#run = run;
    this.survivors = new Survivors(run);
  }

  idOf(row: number): string {
    const { file, at } = this.survivors.keptAt(row);
    return file.utf8At(at, 'id');
  }

  sourceOf(row: number): string {
    return this.#run.plan.shards[this.survivors.shardOf(row)]!.source; // a row is in a shard
  }

  urlOf(row: number): string {
    return decoder.decode(this.survivors.recordOf(row).url);
  }

  /** UTF-8, the reader's own. */
  bytesOf(row: number): Uint8Array {
    return this.survivors.recordOf(row).text;
  }

  textOf(row: number): string {
    return decoder.decode(this.bytesOf(row));
  }

  sampleOf(row: number): string {
    return sampleOfBytes(this.bytesOf(row));
  }

  close(): void {
    this.survivors.close();
  }
}

/** The first `SAMPLE_CHARACTERS` code points of UTF-8. */
export function sampleOfBytes(text: Uint8Array): string {
  const head = decoder.decode(text.subarray(0, SAMPLE_BYTES));
  return Array.from(head).slice(0, SAMPLE_CHARACTERS).join('');
}
