import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8Column, type Column, type DocumentBatch } from '#src/core/document-batch.js';
import { rejectOf, RejectSample, REJECTS, snippet, type Reject } from '#src/pipeline/reject-sample.js';

const reject = (reason: string, draw: number, id: string): Reject => ({ stage: 'stage', reason, draw, id, url: '', bytes: 1, measured: {}, text: '' });
const arbitrary = fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.double({ min: 0, max: 1, noNaN: true }), fc.uuid()), { maxLength: 120 });

describe('a sample of rejects', () => {
  it('holds the documents with the smallest draws of each reason, in whatever order and parts they come', () => {
    fc.assert(fc.property(arbitrary, fc.nat(120), (documents, cut) => {
      const rejects = documents.map(([reason, draw, id]) => reject(reason, draw, id));
      const parts = [rejects.slice(0, cut), rejects.slice(cut).reverse()].map((part) => {
        const sample = new RejectSample();
        for (const one of part) if (sample.wants(one, one.draw)) sample.add(one);
        return sample;
      });
      const merged = new RejectSample();
      for (const part of parts.reverse()) for (const one of part.rejects()) merged.add(one);
      const expected = ['a', 'b'].flatMap((reason) => rejects.filter((one) => one.reason === reason).map(({ draw }) => draw).sort((a, b) => a - b).slice(0, REJECTS));
      expect(merged.rejects().map(({ draw }) => draw)).toEqual(expected);
    }));
  });

  it('shows what was measured, without what was not, and whole characters of the text', () => {
    const text = Buffer.from('é'.repeat(400));
    const batch: DocumentBatch = {
      length: 1, text, offsets: Uint32Array.of(0, text.length),
      columns: new Map<string, Column>([
        ['id', utf8Column(['one'])], ['url', utf8Column(['http://example.org/'])], ['language', utf8Column(['en'])], ['none', utf8Column([''])],
        ['quality', { kind: 'float32', values: Float32Array.of(0.5) }], ['absent', { kind: 'float32', values: Float32Array.of(NaN) }],
      ]),
    };
    expect(rejectOf(batch, 0, { stage: 'quality', reason: 'low' }, 0.25, ['language', 'none', 'quality', 'absent', 'missing'])).toEqual({
      stage: 'quality', reason: 'low', draw: 0.25, id: 'one', url: 'http://example.org/', bytes: 800, measured: { language: 'en', quality: 0.5 }, text: 'é'.repeat(300),
    });
    expect(snippet(Buffer.from(`a${'é'.repeat(400)}`))).toBe(`a${'é'.repeat(299)}`); // 600 bytes would end inside a character
  });
});
