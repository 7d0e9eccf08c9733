/**
 * What a run has published where, in its own folder: one line of JSON a file, added when the file is there and was looked at. A rerun sends only what has no line,
 * or another. A line that a kill cut short is as none: its file is sent again. Memory: some 300 bytes a file.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { writeFileAtomic } from '../formats/atomic-file.js';
import { asOutputError, errorCode } from '../formats/output-error.js';

const entrySchema = z.strictObject({
  /** The destination. */
  to: z.string(),
  /** Of the file, below the run's folder and below the destination. */
  path: z.string(),
  /** Of the local file when it was sent. */
  bytes: z.int().min(0),
  mtimeMs: z.number(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Of what is there (destination.ts). */
  version: z.string(),
});

export type JournalEntry = z.infer<typeof entrySchema>;

export class PublishJournal {
  readonly #path: string;
  readonly #entries = new Map<string, JournalEntry>();

  private constructor(path: string, text: string) {
    this.#path = path;
    for (const line of text.split('\n')) {
      const entry = entryOf(line);
      if (entry !== undefined) this.#entries.set(keyOf(entry.to, entry.path), entry);
    }
  }

  /** The journal as it is; an empty one where there is none. */
  static read(path: string): PublishJournal {
    try {
      return new PublishJournal(path, readFileSync(path, 'utf8'));
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return new PublishJournal(path, '');
      throw asOutputError(error, path, 0);
    }
  }

  /** The same, to be added to: written anew with one line a file. */
  static open(path: string): PublishJournal {
    const journal = PublishJournal.read(path);
    writeFileAtomic(path, [...journal.#entries.values()].map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    return journal;
  }

  get(to: string, path: string): JournalEntry | undefined {
    return this.#entries.get(keyOf(to, path));
  }

  /** Throws OutputError. */
  add(entry: JournalEntry): void {
    try {
      appendFileSync(this.#path, `${JSON.stringify(entry)}\n`);
    } catch (error) {
      throw asOutputError(error, this.#path, 0);
    }
    this.#entries.set(keyOf(entry.to, entry.path), entry);
  }
}

const keyOf = (to: string, path: string): string => JSON.stringify([to, path]);

function entryOf(line: string): JournalEntry | undefined {
  try {
    const parsed = entrySchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
