import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentText, type DocumentBatch } from '#src/core/document-batch.js';
import { TextEdits } from '#src/core/text-edits.js';

function batchOf(texts: readonly string[]): DocumentBatch {
  const parts = texts.map((text) => Buffer.from(text));
  const offsets = new Uint32Array(parts.length + 1);
  parts.forEach((part, i) => { offsets[i + 1] = offsets[i]! + part.length; });
  return { length: parts.length, text: new Uint8Array(Buffer.concat(parts)), offsets, columns: new Map() };
}
const textsOf = (batch: DocumentBatch): string[] => Array.from({ length: batch.length }, (_, row) => documentText(batch, row));

describe('text edits', () => {
  it('give the edited rows their new text and leave the others alone, whichever rows are edited', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.option(fc.string({ unit: 'grapheme' }))), { maxLength: 12 }), (documents) => {
      const batch = batchOf(documents.map(([old]) => old));
      const edits = new TextEdits(batch);
      documents.forEach(([, edited], row) => {
        if (edited === null) return;
        edits.begin(row);
        edits.put(Buffer.from(edited));
        edits.copy(batch.offsets[row]!, batch.offsets[row + 1]!);
        edits.end();
      });
      expect(textsOf(edits.apply())).toEqual(documents.map(([old, edited]) => (edited === null ? old : edited + old)));
    }));
  });

  it('keep the batch itself where nothing was edited, and its columns where something was', () => {
    const batch = batchOf(['one', 'two']);
    expect(new TextEdits(batch).apply()).toBe(batch);
    const edits = new TextEdits(batch);
    edits.begin(1);
    edits.end();
    expect(textsOf(edits.apply())).toEqual(['one', '']);
    expect(edits.apply().columns).toBe(batch.columns);
  });

  it('take back the end of the open row alone', () => {
    const batch = batchOf(['', '']);
    const edits = new TextEdits(batch);
    for (const row of [0, 1]) {
      edits.begin(row);
      edits.put(Buffer.from('text   '));
      edits.truncate(4);
      expect(edits.length).toBe(4);
      expect(() => edits.truncate(5)).toThrow('expected at most 4');
      edits.end();
    }
    expect(textsOf(edits.apply())).toEqual(['text', 'text']);
  });

  it('refuse rows out of order, rows inside rows, and text for no row', () => {
    const edits = new TextEdits(batchOf(['a', 'b']));
    expect(() => edits.put(new Uint8Array(1))).toThrow('text for no row');
    edits.begin(1);
    expect(() => edits.begin(1)).toThrow('not ended');
    expect(() => edits.apply()).toThrow('before the last one was ended');
    edits.end();
    expect(() => edits.begin(0)).toThrow('out of order');
    expect(() => edits.begin(2)).toThrow('not in a batch of 2');
  });
});
