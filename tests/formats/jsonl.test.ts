import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blocksOf, membersOf } from './byte-runs.js';
import { separate } from './jsonl-reference.js';
import type { Fault } from '#src/core/stage.js';
import type { FoundDocument, FoundSpans } from '#src/formats/found-document.js';
import { inflateMembers } from '#src/formats/gzip-members.js';
import { JsonlParser } from '#src/formats/jsonl.js';

type Document = Pick<FoundDocument, 'offset' | 'inner'> & { readonly id: string; readonly url: string; readonly text: string; readonly metadata?: string };

const stringOf = (value: string | Uint8Array): string => Buffer.from(value).toString();
const documentOf = ({ id, url, offset, inner, text, metadata }: Omit<FoundDocument, 'date' | 'declaredLanguage'>): Document => ({
  id: stringOf(id), url: stringOf(url), offset, inner, text: stringOf(text), ...(metadata === undefined ? {} : { metadata: stringOf(metadata) }),
});

async function parse(stored: Uint8Array, sizes?: readonly number[], fields = {}, maxLineBytes = 1 << 20): Promise<{ found: Document[]; faults: Fault[] }> {
  const found: Document[] = [];
  const faults: Fault[] = [];
  const sink = { add: (f: FoundDocument) => void found.push(documentOf(f)), addSpans: (f: FoundSpans) => void found.push(documentOf(separate(f))), fault: (f: Fault) => void faults.push(f) };
  const parser = new JsonlParser(sink, { text: 'text', id: 'id', url: 'url', ...fields }, maxLineBytes);
  for await (const item of inflateMembers(blocksOf(stored, sizes))) {
    if (item.kind === 'bytes') parser.push(item);
    else parser.break();
  }
  parser.end();
  return { found, faults };
}
const GOOD = '{"text":"first","id":1,"url":"http://a"}\n';

describe('JSONL', () => {
  it('takes text, id and url from the fields named, nested or not', async () => {
    const line = JSON.stringify({ body: { text: 'nested' }, meta: { id: 'm1', link: { url: 'http://b' } } });
    const { found } = await parse(Buffer.from(`${line}\n`), undefined, { text: 'body.text', id: 'meta.id', url: 'meta.link.url' });
    expect(found).toEqual([{ id: 'm1', url: 'http://b', offset: 0, inner: 0, text: 'nested' }]);
  });

  it('takes every string of a record, or of a part of it, where it is asked for them, and no names of members', async () => {
    const line = JSON.stringify({ question: 'one', n: 5, choices: ['two', { label: 'three', more: [[], null, ['four', '']] }], no: false, rest: { x: 'five' } });
    const texts = async (text: string): Promise<string[]> => (await parse(Buffer.from(`${line}\n`), undefined, { text, strings: true })).found.map((one) => one.text);
    expect(await texts('')).toEqual([['one', 'two', 'three', 'four', '', 'five'].join('\u001e')]);
    expect(await texts('choices')).toEqual([['two', 'three', 'four', ''].join('\u001e')]);
    expect(await texts('rest.x')).toEqual(['five']);
    for (const [text, found] of [['', '{"n":5}'], ['n', line], ['none', line]] as const) {
      const { faults } = await parse(Buffer.from(`${found}\n`), undefined, { text, strings: true });
      expect(faults).toEqual([expect.objectContaining({ reason: 'no-text', detail: expect.stringContaining(text === '' ? 'no string in the record' : `no "${text}"`) as unknown })]);
    }
    const deep = `${'['.repeat(5000)}"x"${']'.repeat(5000)}`;
    expect((await parse(Buffer.from(`{"a":${deep}}\n`), undefined, { text: '', strings: true })).found.map((one) => one.text)).toEqual(['x']);
  });

  it.each([['7', '7'], ['"7"', '7'], ['1.5', '1.5'], ['null', ''], ['{}', ''], ['true', ''], ['[1]', '']])('makes of the id %s the id "%s"', async (json, id) => {
    expect((await parse(Buffer.from(`{"id":${json},"text":"x"}`))).found[0]!.id).toBe(id);
  });

  it('passes over blank lines, carriage returns and a byte order mark, and needs no line end at the end', async () => {
    const { found, faults } = await parse(Buffer.from('\ufeff{"text":"a"}\r\n\r\n  \n\n{"text":"b"}'));
    expect(faults).toEqual([]);
    expect(found.map(({ text, offset }) => [text, offset])).toEqual([['a', 0], ['b', 23]]);
  });

  it.each([
    ['broken JSON', '{"text":"x"', 'invalid-json'],
    ['nesting without an end', '['.repeat(100_000), 'invalid-json'],
    ['an array', '[{"text":"x"}]', 'not-an-object'],
    ['a string', '"text"', 'not-an-object'],
    ['null', 'null', 'not-an-object'],
    ['no text', '{"id":3}', 'no-text'],
    ['null as text', '{"text":null}', 'no-text'],
    ['a number as text', '{"text":5}', 'text-not-string'],
    ['an object as text', '{"text":{"text":"x"}}', 'text-not-string'],
    ['text of the prototype', '{"__proto__":{"text":"x"}}', 'no-text'],
    ['a line too long', `{"text":"${'x'.repeat(1 << 20)}"}`, 'oversize-line'],
  ])('counts %s with its place, and goes on', async (_name, line, reason) => {
    for (const sizes of [[1 << 20], [4093, 11]]) {
      const { found, faults } = await parse(Buffer.from(`${GOOD}${line}\n${GOOD}`), sizes);
      expect(faults).toEqual([expect.objectContaining({ reason, offset: GOOD.length, inner: 0, bytes: line.length, lost: true })]);
      expect(found.map(({ offset }) => offset)).toEqual([0, GOOD.length + line.length + 1]);
    }
  });

  it.each([[99, 0], [100, 0], [101, 1]])('with a line of %i bytes where 100 are allowed has %i faults', async (bytes, count) => {
    const line = `{"text":"${'x'.repeat(bytes - 11)}"}`;
    for (const sizes of [[1000], [7]]) expect((await parse(Buffer.from(`${line}\n`), sizes, {}, 100)).faults).toHaveLength(count);
  });

  it.each([
    ['half a surrogate pair', Buffer.from('{"text":"a\\ud800b"}'), 'a\ufffdb'],
    ['the wrong half first', Buffer.from('{"text":"\\uDC00\\ud800"}'), '\ufffd\ufffd'],
    ['bytes that are not UTF-8', Buffer.from('{"text":"a\xffb"}', 'latin1'), 'a\ufffdb'],
  ])('repairs %s and says so', async (_name, line, text) => {
    const { found, faults } = await parse(line);
    expect(found.map((f) => f.text)).toEqual([text]);
    expect(faults).toEqual([expect.objectContaining({ reason: 'invalid-utf8', bytes: 0, lost: false })]);
  });

  it('keeps whole surrogate pairs without a word', async () => {
    const { found, faults } = await parse(Buffer.from('{"text":"\\ud83d\\ude00"}'));
    expect(found.map((f) => f.text)).toEqual(['\u{1f600}']);
    expect(faults).toEqual([]);
  });

  it('has the same lines at the same places in any grouping into members and any blocks', async () => {
    await fc.assert(fc.asyncProperty(
      fc.array(fc.string({ unit: 'binary', maxLength: 100 }), { minLength: 1, maxLength: 30 }),
      fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 3 }),
      fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 3 }),
      async (texts, cuts, sizes) => {
        const plain = Buffer.from(texts.map((text) => `${JSON.stringify({ text })}\n`).join(''));
        const parts: Buffer[] = [];
        for (let at = 0, i = 0; at < plain.length; at += cuts[i++ % cuts.length]!) parts.push(plain.subarray(at, at + cuts[i % cuts.length]!));
        const { stored, offsets } = membersOf(parts);
        const begins = parts.map((_, i) => parts.slice(0, i).reduce((sum, part) => sum + part.length, 0));
        const flat = await parse(plain, sizes);
        const many = await parse(stored, sizes);
        const one = await parse(membersOf([plain]).stored, sizes);
        expect(flat.found.map(({ text }) => text)).toEqual(texts.map((text) => text.toWellFormed()));
        expect(many.found.map(({ text }) => text)).toEqual(flat.found.map(({ text }) => text));
        expect(many.found.map(({ offset, inner }) => begins[offsets.indexOf(offset)]! + inner)).toEqual(flat.found.map(({ offset }) => offset));
        expect(one.found.map(({ inner }) => inner)).toEqual(flat.found.map(({ offset }) => offset));
      },
    ), { numRuns: 60 });
  });

  it('cut anywhere gives whole lines only', async () => {
    const lines = ['{"text":"one {\\"text\\":\\"x\\"}"}', '{"text":"two","more":{"text":"no"}}', '{"text":"three"}'];
    const plain = Buffer.from(lines.join('\n'));
    const { stored } = membersOf([plain], 0);
    for (let cut = 11; cut < stored.length; cut++) {
      const { found, faults } = await parse(stored.subarray(0, cut));
      const visible = Math.max(0, Math.min(plain.length, cut - 15));
      expect(found.map(({ text }) => text), `cut at ${cut}`).toEqual(['one {"text":"x"}', 'two', 'three'].filter((_, i) => lines.slice(0, i + 1).join('\n').length <= visible));
      expect(faults).toEqual([]);
    }
  });

  it('with a line of 100 MB passes over it without holding it', async () => {
    const block = Buffer.alloc(1 << 20, 'x');
    const before = process.memoryUsage().arrayBuffers;
    let peak = 0;
    async function* blocks(): AsyncGenerator<Uint8Array, void> {
      yield Buffer.from(`${GOOD}{"text":"`);
      for (let i = 0; i < 100; i++) {
        yield block;
        peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
      }
      yield Buffer.from(`"}\n${GOOD}`);
    }
    const seen: unknown[] = [];
    const parser = new JsonlParser({ add: ({ offset }) => seen.push(offset), addSpans: ({ offset }) => seen.push(offset), fault: ({ reason, offset, bytes }) => seen.push([reason, offset, bytes]) }, { text: 'text', id: 'id', url: 'url' }, 4 << 20);
    for await (const item of inflateMembers(blocks())) if (item.kind === 'bytes') parser.push(item);
    parser.end();
    expect(seen).toEqual([0, ['oversize-line', GOOD.length, (100 << 20) + 11], GOOD.length + (100 << 20) + 12]);
    expect(peak).toBeLessThan(80 << 20);
  });
});
