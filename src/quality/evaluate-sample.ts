/**
 * The documents that a model is judged by: of a source's held-out ones those with the smallest keyed hashes of their text, so the choice depends neither
 * on the order in which documents come nor on shards. Only what may still be chosen is measured, and only numbers and an excerpt are kept of it.
 */
import { createHash } from 'node:crypto';
import { documentBytes, type DocumentBatch } from '../core/document-batch.js';
import { hashKey, keyedUniform, type HashKey } from '../core/keyed-hash.js';
import { isHeldOut } from './training-set.js';

/** What is kept of a document; memory some 11 kB at most. */
export interface JudgedDocument {
  /** SHA-256 of its text, in hexadecimal. */
  readonly content: string;
  readonly bytes: number;
  /** By the model, and by the one it is compared with where there is one. */
  readonly score: number;
  readonly otherScore?: number;
  /** As lid.176 names it; `unknown` where that had nothing to go by. */
  readonly language: string;
  /** Its first 8,192 and last 2,048 bytes; the whole where it is no longer. */
  readonly excerpt: string;
}

export interface Measurement {
  readonly score: number;
  readonly otherScore?: number;
  readonly language: string;
}

/** Measures every document of a batch, in order. */
export type Measure = (batch: DocumentBatch) => readonly Measurement[];

const HEAD_BYTES = 8192;
const TAIL_BYTES = 2048;
/** Documents held beyond the wanted number before the superfluous ones go. */
const SLACK = 1024;

interface Candidate extends JudgedDocument {
  readonly draw: number;
}

export class EvaluationSample {
  /** Documents with text that were offered, and those of them that take part. */
  read = 0;
  eligible = 0;
  readonly #key: HashKey;
  readonly #most: number;
  readonly #heldOutOnly: boolean;
  #chosen = new Map<string, Candidate>();
  /** No document with a greater draw can be chosen any more. */
  #limit = Infinity;

  /** Chooses `most` documents at most; `heldOutOnly`: none that training may have learnt from. Memory: (`most` + 1,024) x 11 kB. */
  constructor(seed: number, most: number, heldOutOnly: boolean) {
    this.#key = hashKey(seed, 'evaluate');
    this.#most = most;
    this.#heldOutOnly = heldOutOnly;
  }

  /** Takes part with a batch's documents. Documents of equal text are one. */
  offer(batch: DocumentBatch, measure: Measure): void {
    const found = new Map<string, { readonly row: number; readonly draw: number }>();
    for (let row = 0; row < batch.length; row++) {
      const text = documentBytes(batch, row);
      if (text.length === 0) continue;
      this.read++;
      const hash = createHash('sha256').update(text).digest();
      const content = hash.toString('hex');
      if (this.#heldOutOnly && !isHeldOut(content)) continue;
      this.eligible++;
      const draw = keyedUniform(this.#key, hash.readUInt32LE(0), hash.readUInt32LE(4));
      if (draw <= this.#limit && !this.#chosen.has(content)) found.set(content, { row, draw });
    }
    if (found.size === 0) return;
    const measured = measure(selectRows(batch, Array.from(found.values(), ({ row }) => row)));
    [...found].forEach(([content, { row, draw }], i) => {
      const text = documentBytes(batch, row);
      this.#chosen.set(content, { ...measured[i]!, content, draw, bytes: text.length, excerpt: excerptOf(text) });
    });
    if (this.#chosen.size >= this.#most + SLACK) this.#shrink();
  }

  /** The chosen documents, in the order of their draws. */
  documents(): readonly JudgedDocument[] {
    return this.#shrink();
  }

  #shrink(): readonly Candidate[] {
    const kept = [...this.#chosen.values()].sort((a, b) => a.draw - b.draw || (a.content < b.content ? -1 : 1)).slice(0, this.#most);
    this.#chosen = new Map(kept.map((document) => [document.content, document]));
    if (kept.length === this.#most) this.#limit = kept.at(-1)?.draw ?? 0;
    return kept;
  }
}

/** A batch of some rows' texts alone: what is not chosen need not be tokenised. */
function selectRows(batch: DocumentBatch, rows: readonly number[]): DocumentBatch {
  const texts = rows.map((row) => documentBytes(batch, row));
  const offsets = new Uint32Array(texts.length + 1);
  texts.forEach((text, i) => { offsets[i + 1] = offsets[i]! + text.length; });
  return { length: texts.length, text: Buffer.concat(texts), offsets, columns: new Map() };
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function excerptOf(text: Uint8Array): string {
  if (text.length <= HEAD_BYTES + TAIL_BYTES) return decoder.decode(text);
  const head = text.subarray(0, startOfCharacter(text, HEAD_BYTES));
  const tail = text.subarray(startOfCharacter(text, text.length - TAIL_BYTES));
  return `${decoder.decode(head)}\n${decoder.decode(tail)}`;
}

/** The start of the character that byte `at` is in. */
function startOfCharacter(text: Uint8Array, at: number): number {
  let start = at;
  while (start > 0 && (text[start]! & 0xc0) === 0x80) start--;
  return start;
}
