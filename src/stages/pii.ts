/**
 * Masks personal data: e-mail addresses and public IP addresses become placeholders, as in FineWeb and datatrove's PIIFormatter, whose spans these are.
 * Unlike there, the placeholder is always the same one, IPv4 addresses of multicast are left as they are, and IPv6 can be masked too. Known false
 * positives come with those rules: numbers with three dots, as of versions, and what only looks like an address around an '@'.
 */
import { z } from 'zod';
import { documentBytes, type DocumentBatch } from '../core/document-batch.js';
import type { Modifier } from '../core/stage.js';
import type { TextEdits } from '../core/text-edits.js';
import { defineStage } from './definition.js';
import { findIPv4 } from './pii-address.js';
import { findEmails } from './pii-email.js';
import { findIPv6 } from './pii-ipv6.js';

/** Short, so that text cannot grow much: the shortest match is of five bytes. */
const placeholder = z.string().max(64).regex(/^\P{Cc}*$/u, 'expected no control characters').nullable();

const options = z.strictObject({
  email: placeholder.default('email@example.com').describe('What stands for an e-mail address; null: they stay'),
  ipv4: placeholder.default('192.0.2.1').describe('What stands for a public IPv4 address (default: one for documentation, RFC 5737); null: they stay'),
  ipv6: placeholder.default(null).describe('What stands for a public IPv6 address, for example 2001:db8::1; null: they stay, as in datatrove'),
}).refine(({ email, ipv4, ipv6 }) => (email ?? ipv4 ?? ipv6) !== null, { message: 'expected a placeholder for email, ipv4 or ipv6' });
type Placeholders = z.infer<typeof options>;

export const pii = defineStage<Placeholders>({
  name: 'pii',
  summary: 'Replaces e-mail addresses and public IP addresses by placeholders.',
  options,
  build(placeholders): readonly Modifier[] {
    const masks = new Masks(placeholders);
    return [{
      kind: 'modifier',
      name: 'pii',
      reads: [],
      reasons: [],
      modify(batch, rows, _verdicts, edits): void {
        for (const row of rows) masks.apply(batch, row, edits);
      },
    }];
  },
});

/** Masks one document after another. Memory: 40 bytes a match, of one document; in 16 MiB there can be some 3 million. */
class Masks {
  readonly #rules: readonly { readonly find: (text: Uint8Array, spans: number[]) => void; readonly mask: Uint8Array }[];

  /** Where two rules find the same bytes, the first of these has them: an e-mail address may hold an IP address, and IPv6 may end in IPv4. */
  constructor({ email, ipv6, ipv4 }: Placeholders) {
    const rules = [{ find: findEmails, text: email }, { find: findIPv6, text: ipv6 }, { find: findIPv4, text: ipv4 }];
    this.#rules = rules.flatMap(({ find, text }) => (text === null ? [] : { find, mask: new TextEncoder().encode(text) }));
  }

  apply(batch: DocumentBatch, row: number, edits: TextEdits): void {
    const text = documentBytes(batch, row);
    let spans: readonly number[] = []; // start, end and rule of each
    for (const [rule, { find }] of this.#rules.entries()) {
      const found: number[] = [];
      find(text, found);
      spans = merged(spans, found, rule);
    }
    if (!this.#changes(text, spans)) return;
    const offset = batch.offsets[row]!;
    edits.begin(row);
    let at = 0;
    for (let i = 0; i < spans.length; i += 3) {
      edits.copy(offset + at, offset + spans[i]!);
      edits.put(this.#rules[spans[i + 2]!]!.mask);
      at = spans[i + 1]!;
    }
    edits.copy(offset + at, offset + text.length);
    edits.end();
  }

  /** Whether anything but placeholders was found, so that masking twice is masking once. */
  #changes(text: Uint8Array, spans: readonly number[]): boolean {
    for (let i = 0; i < spans.length; i += 3) {
      if (Buffer.compare(text.subarray(spans[i], spans[i + 1]), this.#rules[spans[i + 2]!]!.mask) !== 0) return true;
    }
    return false;
  }
}

/** The spans with those of one more rule, in order; of the new ones, only what touches none that was there. */
function merged(spans: readonly number[], found: readonly number[], rule: number): readonly number[] {
  if (found.length === 0) return spans;
  const all: number[] = [];
  let next = 0;
  const takeUpTo = (place: number): void => {
    for (; next < spans.length && spans[next]! < place; next += 3) all.push(spans[next]!, spans[next + 1]!, spans[next + 2]!);
  };
  for (let i = 0; i < found.length; i += 2) {
    takeUpTo(found[i + 1]!);
    if ((all.at(-2) ?? 0) <= found[i]!) all.push(found[i]!, found[i + 1]!, rule);
  }
  takeUpTo(Infinity);
  return all;
}
