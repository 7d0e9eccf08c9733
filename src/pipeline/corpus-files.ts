/**
 * Which file of the corpus a document goes to, and at which line: documents are dealt out in the order of the corpus, each to the file being filled of those
 * that its template names, and a full file is followed by the next of its numbers. Memory: some 100 bytes a file, and for each of the different names the
 * template comes to (10,000 at most).
 */
import { MixtureError } from '../mixture/errors.js';
import { asksFor, expandPath, MOST_EXPANSIONS } from './output-path.js';
import type { OutputRecipe } from './recipe.js';

/** However short they are: phase `write` holds a file's documents, some 100 bytes each besides their records. */
export const MOST_FILE_DOCUMENTS = 250_000;

/** A place in the corpus. One object is filled again and again: it is valid until the next. */
export interface CorpusPlace {
  file: number;
  line: number;
}

interface OpenFile {
  file: number;
  /** Files of this name so far. */
  number: number;
  bytes: number;
  source: number;
}

export class CorpusFiles {
  /** By file: its name below corpus/, without the format's ending. */
  readonly names: string[] = [];
  /** By file. */
  readonly documents: number[] = [];
  readonly #output: Pick<OutputRecipe, 'path' | 'order' | 'shardSize'>;
  readonly #sources: readonly string[];
  /** Numbers of expansions, by what they were made of and by their text. */
  readonly #byValues = new Map<string, number>();
  readonly #byText = new Map<string, number>();
  readonly #expansions: string[] = [];
  readonly #open: OpenFile[] = [];
  readonly #place: CorpusPlace = { file: 0, line: 0 };

  /** `sources`: their names, by number. */
  constructor(output: Pick<OutputRecipe, 'path' | 'order' | 'shardSize'>, sources: readonly string[]) {
    this.#output = output;
    this.#sources = sources;
  }

  /** What the template comes to for a document, as a number: the same for the same name. Throws MixtureError where there are too many of them. */
  expansion(source: number, language: string): number {
    const values = `${source}/${language}`;
    const known = this.#byValues.get(values);
    if (known !== undefined) return known;
    const text = expandPath(this.#output.path, { source: this.#sources[source]!, language }); // a source of the recipe
    let expansion = this.#byText.get(text);
    if (expansion === undefined) {
      expansion = this.#expansions.push(text) - 1;
      this.#byText.set(text, expansion);
    }
    if (this.#byValues.size >= MOST_EXPANSIONS) {
      throw new MixtureError(`output.path: found more than ${MOST_EXPANSIONS} different values of its fields, such as ${JSON.stringify(text)}, expected at most as many: `
        + `leave \${language} out, or drop what is in rare languages`);
    }
    this.#byValues.set(values, expansion);
    return expansion;
  }

  /** The place of the next document of the order, whose record has so many bytes. In the order of the input, a file holds documents of one source. */
  next(expansion: number, source: number, bytes: number): Readonly<CorpusPlace> {
    const { order, shardSize } = this.#output;
    let open = this.#open[expansion];
    if (open === undefined || open.bytes + bytes > shardSize || this.documents[open.file]! >= MOST_FILE_DOCUMENTS || (order === 'input' && open.source !== source)) {
      const number = open === undefined ? 0 : open.number + 1;
      open = { file: this.names.length, number, bytes: 0, source };
      this.#open[expansion] = open;
      this.names.push(this.#nameOf(expansion, number, source));
      this.documents.push(0);
    }
    open.bytes += bytes;
    this.#place.file = open.file;
    this.#place.line = this.documents[open.file]!;
    this.documents[open.file]! += 1;
    return this.#place;
  }

  #nameOf(expansion: number, number: number, source: number): string {
    const named = this.#output.order === 'input' && !asksFor(this.#output.path, 'source') ? `.${this.#sources[source]!}` : '';
    return `${this.#expansions[expansion]!}-${String(number).padStart(5, '0')}${named}`;
  }
}
