import { Buffer, isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ValidStretch } from '#src/formats/valid-stretch.js';

const piece = fc.oneof(fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }).map((text) => Buffer.from(text)), fc.uint8Array({ minLength: 1, maxLength: 3 }).map((bytes) => Buffer.from(bytes)));

it('what a stretch covers is valid UTF-8 by itself, in any runs and whatever was consumed between them', () => {
  fc.assert(fc.property(fc.array(piece, { maxLength: 30 }), fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1 }), (pieces, sizes, consumed) => {
    const stream = Buffer.concat(pieces);
    const stretch = new ValidStretch();
    let [start, end] = [0, 0];
    for (let i = 0; end < stream.length; i++) {
      start = Math.min(end, start + consumed[i % consumed.length]!);
      end = Math.min(stream.length, end + sizes[i % sizes.length]!);
      const window = Buffer.concat([Buffer.from([0x80]), stream.subarray(start, end), Buffer.from([0x80])]); // bytes around it that are none of it
      stretch.extend(window, 1, 1 + end - start, start);
      for (let from = start; from <= end; from++) {
        for (let to = from; to <= end; to++) {
          if (stretch.covers(from, to, window, 1 + from - start)) expect(isUtf8(stream.subarray(from, to)), `${from} to ${to}`).toBe(true);
        }
      }
    }
  }), { numRuns: 300 });
});

it('a stretch covers every document between whole characters of a valid stream, but for what may go on in the next run', () => {
  const stream = Buffer.from('a\u00e9\u20ac\u{1f600}b'.repeat(20));
  const stretch = new ValidStretch();
  for (let end = 1; end <= stream.length; end++) {
    stretch.extend(stream, 0, end, 0);
    let whole = end;
    while (!isUtf8(stream.subarray(0, whole))) whole--;
    for (let from = 0; from < whole; from++) expect(stretch.covers(from, whole, stream, from)).toBe((stream[from]! & 0xc0) !== 0x80);
  }
});

it('a stretch begins anew behind what is not valid', () => {
  const stretch = new ValidStretch();
  stretch.extend(Buffer.from([0x61, 0xff]), 0, 2, 0);
  expect(stretch.covers(0, 2, Buffer.from('a\xff', 'latin1'), 0)).toBe(false);
  stretch.extend(Buffer.from('text'), 0, 4, 2);
  expect(stretch.covers(2, 6, Buffer.from('text'), 0)).toBe(true);
});
