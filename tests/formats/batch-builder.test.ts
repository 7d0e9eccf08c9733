import { Buffer, isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DocumentBatch, SOURCE_COLUMNS, columnOf, documentText, utf8At } from '#src/core/document-batch.js';
import type { SourceItem } from '#src/core/stage.js';
import { BatchBuilder, type FoundDocument } from '#src/formats/batch-builder.js';
import { FoundSpans } from '#src/formats/found-document.js';

const found = (text: string | Uint8Array, rest: Partial<FoundDocument> = {}): FoundDocument =>
  ({ id: '', url: '', date: '', declaredLanguage: '', offset: 0, inner: 0, text: Buffer.from(text), ...rest });
const batches = (items: readonly SourceItem[]): DocumentBatch[] => items.flatMap((item) => (item.kind === 'documents' ? [item.batch] : []));
const faults = (items: readonly SourceItem[]) => items.flatMap((item) => (item.kind === 'faults' ? item.faults : []));
const texts = (items: readonly SourceItem[]): string[] => batches(items).flatMap((b) => Array.from({ length: b.length }, (_, row) => documentText(b, row)));

describe('batch builder', () => {
  it('fills every source column, from strings and from bytes', () => {
    const builder = new BatchBuilder({ shardName: 'web/a.gz' });
    builder.add(found('one', { id: 'own', url: Buffer.from('http://é'), date: '2024', declaredLanguage: 'eng', offset: 2 ** 40, inner: 7 }));
    builder.add(found('two', { offset: 12 }));
    builder.add(found('three', { offset: 12, inner: 5 }));
    const [batch] = batches(builder.finish());
    expect([...batch!.columns.keys()]).toEqual([...SOURCE_COLUMNS]);
    expect([0, 1, 2].map((row) => utf8At(columnOf(batch!, 'id', 'utf8'), row))).toEqual(['own', 'web/a.gz@12', 'web/a.gz@12+5']);
    expect(utf8At(columnOf(batch!, 'url', 'utf8'), 0)).toBe('http://é');
    expect([...columnOf(batch!, 'offset', 'float64').values]).toEqual([2 ** 40, 12, 12]);
    expect([...columnOf(batch!, 'inner', 'float64').values]).toEqual([7, 0, 5]);
  });

  it('keeps every text whatever the size of batches', () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }).map((s) => `x${s}`)), fc.integer({ min: 1, max: 200 }), (all, batchBytes) => {
      const builder = new BatchBuilder({ shardName: 's', batchBytes });
      const items = [...all.flatMap((text) => { builder.add(found(text)); return builder.take(); }), ...builder.finish()];
      expect(texts(items)).toEqual(all);
      for (const batch of batches(items)) expect(batch.text.length <= batchBytes || batch.length === 1).toBe(true);
    }));
  });

  it.each([
    ['nothing', ''], ['spaces', ' \t\r\n\f\v'], ['a no-break space', '\u00a0'], ['ideographic spaces', '\u3000\u3000'], ['a byte order mark', '\ufeff'],
    ['every white space', '\u0085\u1680\u2000\u200a\u2028\u2029\u202f\u205f\ufeff\ufeff '],
  ])('drops %s as empty text', (_name, text) => {
    const builder = new BatchBuilder({ shardName: 's' });
    builder.add(found(text, { offset: 3, inner: 4 }));
    expect(faults(builder.finish())).toEqual([expect.objectContaining({ reason: 'empty-text', offset: 3, inner: 4, bytes: Buffer.byteLength(text), lost: true })]);
  });

  it.each(['.', '\u200b', '\u0000', '\u180e', 'é', '\u2060'])('keeps %j, which is no white space', (text) => {
    const builder = new BatchBuilder({ shardName: 's' });
    builder.add(found(`  ${text}`));
    expect(texts(builder.finish())).toEqual([`  ${text}`]);
  });

  it('calls white space what trim removes, and U+0085, among all characters', () => {
    const builder = new BatchBuilder({ shardName: 's' });
    const kept: number[] = [];
    for (let code = 0; code < 0x10000; code++) {
      if (code >= 0xd800 && code < 0xe000) continue;
      builder.add(found(`\n${String.fromCharCode(code)}`, { offset: code }));
      const character = String.fromCharCode(code);
      if (character.trim() !== '' && code !== 0x85) kept.push(code);
    }
    const offsets = batches(builder.finish()).flatMap((batch) => [...columnOf(batch, 'offset', 'float64').values]);
    expect(offsets).toEqual(kept);
  });

  it('repairs what is not UTF-8 and says so before the document', () => {
    const builder = new BatchBuilder({ shardName: 's', batchBytes: 4 });
    builder.add(found('good'));
    builder.add(found(Buffer.from([0x61, 0xff, 0xe2, 0x82]), { offset: 9, inner: 2 }));
    const items = builder.finish();
    expect(items.map(({ kind }) => kind)).toEqual(['documents', 'faults', 'documents']);
    expect(faults(items)).toEqual([expect.objectContaining({ reason: 'invalid-utf8', offset: 9, inner: 2, bytes: 0, lost: false })]);
    expect(texts(items)).toEqual(['good', 'a\ufffd\ufffd']);
  });

  it.each([[9, 0], [10, 0], [11, 1]])('drops %i bytes where 10 are allowed: %i faults', (bytes, count) => {
    const builder = new BatchBuilder({ shardName: 's', maxDocumentBytes: 10 });
    builder.add(found('x'.repeat(bytes)));
    const items = builder.finish();
    expect(faults(items).map(({ reason, bytes: size, lost }) => [reason, size, lost])).toEqual(count === 0 ? [] : [['oversize-document', 11, true]]);
    expect(texts(items)).toHaveLength(1 - count);
  });

  it('bounds batches by rows and by the bytes of ids, too', () => {
    const builder = new BatchBuilder({ shardName: 's', batchBytes: 1 << 20 });
    for (let i = 0; i < 40_000; i++) builder.add(found('x', { offset: i }));
    expect(batches(builder.finish()).map(({ length }) => length)).toEqual([16384, 16384, 7232]);
    for (let i = 0; i < 4; i++) builder.add(found('x', { id: 'i'.repeat(600_000) }));
    expect(batches(builder.finish()).map(({ length }) => length)).toEqual([2, 2]);
  });

  it('gives away batches that later ones do not change', () => {
    const builder = new BatchBuilder({ shardName: 's', batchBytes: 8 });
    const text = Buffer.from('12345678');
    builder.add(found(text, { id: 'a' }));
    builder.add({ ...found('overwritten'), id: 'b' });
    const [first] = batches(builder.take());
    builder.finish();
    expect(documentText(first!, 0)).toBe('12345678');
    expect(utf8At(columnOf(first!, 'id', 'utf8'), 0)).toBe('a');
  });

  it('makes lone surrogates in ids valid', () => {
    const builder = new BatchBuilder({ shardName: 's' });
    builder.add(found('x', { id: 'a\ud800', url: Buffer.from([0xff]) }));
    const [batch] = batches(builder.finish());
    expect(utf8At(columnOf(batch!, 'id', 'utf8'), 0)).toBe('a\ufffd');
    expect(utf8At(columnOf(batch!, 'url', 'utf8'), 0)).toBe('\ufffd');
  });

  it('makes the same of places in a buffer as of values', () => {
    const value = fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }).map((s) => Buffer.from(s)), fc.uint8Array({ maxLength: 20 }), fc.constant(Buffer.from('\ufeff')),
      fc.constant(Buffer.from(' \u3000\n')), fc.constant(Buffer.from('\ufeffé')), fc.constant(Buffer.alloc(0)), fc.string({ minLength: 250, maxLength: 300 }).map((s) => Buffer.from(s)));
    const document = fc.record({ id: value, url: value, date: value, declaredLanguage: value, text: value, offset: fc.nat(1000), inner: fc.nat(1000) });
    fc.assert(fc.property(fc.array(document, { maxLength: 40 }), fc.integer({ min: 1, max: 400 }), (documents, batchBytes) => {
      const options = { shardName: 's', batchBytes, maxDocumentBytes: 280 };
      const [one, other] = [new BatchBuilder(options), new BatchBuilder(options)];
      const spans = new FoundSpans();
      for (const item of documents) {
        one.add(item);
        spans.bytes = Buffer.concat([Buffer.from('\u00e9'), item.id, item.url, item.date, item.declaredLanguage, item.text, Buffer.from('\ufeff ')]);
        let at = 2;
        const next = (field: Uint8Array): [number, number] => [at, at += field.length];
        [spans.idStart, spans.idEnd] = next(item.id);
        [spans.urlStart, spans.urlEnd] = next(item.url);
        [spans.dateStart, spans.dateEnd] = next(item.date);
        [spans.languageStart, spans.languageEnd] = next(item.declaredLanguage);
        [spans.textStart, spans.textEnd] = next(item.text);
        spans.valid = isUtf8(item.text);
        spans.offset = item.offset;
        spans.inner = item.inner;
        other.addSpans(spans);
      }
      expect(other.finish()).toEqual(one.finish());
    }));
  });

  it('holds as many rows as a batch may have', () => {
    const builder = new BatchBuilder({ shardName: 's' });
    for (let i = 0; i < 20_000; i++) builder.add(found('x', { offset: i, id: `d${i}` }));
    const all = batches(builder.finish());
    expect(all.map(({ length }) => length)).toEqual([16 * 1024, 20_000 - 16 * 1024]);
    expect(utf8At(columnOf(all[0]!, 'id', 'utf8'), 16 * 1024 - 1)).toBe(`d${16 * 1024 - 1}`);
    expect(columnOf(all[1]!, 'offset', 'float64').values.at(-1)).toBe(19_999);
  });
});
