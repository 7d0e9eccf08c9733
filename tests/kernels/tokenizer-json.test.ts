import { mkdtempSync, rmSync, writeFileSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigError } from '#src/core/errors.js';
import { MOST_TOKENIZER_BYTES } from '#src/formats/tokenizer-file.js';
import { openJsonTokenizer } from '#src/kernels/tokenizer-json.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-tokenizer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Merges of "the" and " the", no pre-tokenizer's marks but white space. */
const BPE = {
  version: '1.0', truncation: null, padding: null,
  added_tokens: [{ id: 0, content: '<s>', special: true }, { id: 9, content: '==', special: false, normalized: false }],
  normalizer: null as unknown, pre_tokenizer: { type: 'WhitespaceSplit' } as unknown, post_processor: null, decoder: null as unknown,
  model: { type: 'BPE', dropout: null as unknown, unk_token: '?', vocab: { '<s>': 0, '?': 1, t: 2, h: 3, e: 4, th: 5, the: 6, a: 7, s: 8 }, merges: [['t', 'h'], ['th', 'e']] } as Record<string, unknown>,
};

let files = 0;

function fileOf(value: unknown): string {
  const path = join(folder, `${files++}-tokenizer.json`);
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

const count = (value: unknown, text: string): number => openJsonTokenizer(fileOf(value)).count(new TextEncoder().encode(text));

function refusal(path: string): string {
  try {
    openJsonTokenizer(path);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message.startsWith(path), 'the file is named').toBe(true);
    return (error as Error).message.slice(path.length);
  }
  throw new Error('accepted');
}

describe('a tokenizer.json', () => {
  test('counts by its model, without special tokens and without what is put around a sequence', () => {
    expect(count(BPE, 'the tha e')).toBe(4);
    expect(count(BPE, 'xyz the')).toBe(4);
    expect(count(BPE, '<s>'), '<s> is text').toBe(3);
    expect(count(BPE, 'the==the'), 'an added token that is not special is one').toBe(3);
    const around = { type: 'TemplateProcessing', single: [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }], pair: [], special_tokens: { '<s>': { id: '<s>', ids: [0], tokens: ['<s>'] } } };
    expect(count({ ...BPE, post_processor: around }, 'the')).toBe(1);
  });

  test('counts a text of many pieces as the pieces in one', () => {
    expect(count(BPE, 'the tha '.repeat(50_000))).toBe(150_000);
  });

  test('of which the package follows a part otherwise is refused, part and file named', () => {
    const refused = (changes: object): string => refusal(fileOf({ ...BPE, ...changes }));
    expect(refused({ model: { type: 'WordLevel', vocab: {}, unk_token: '?' } })).toBe(': model.type: found "WordLevel", expected one of BPE, WordPiece, Unigram: another is not counted with exactly');
    expect(refused({ model: { ...BPE.model, dropout: 0.1 } })).toMatch(/^: model.dropout: found 0.1, expected none/);
    expect(refused({ normalizer: { type: 'Precompiled', precompiled_charsmap: '' } })).toMatch(/^: normalizer.type: found "Precompiled", expected one of Sequence, NFC/);
    expect(refused({ normalizer: { type: 'Sequence', normalizers: [{ type: 'NFC' }, { type: 'Nmt' }] } })).toMatch(/found "Nmt"/);
    const nested = Array.from({ length: 60 }).reduce<object>((inner) => ({ type: 'Sequence', normalizers: [inner] }), { type: 'NFC' });
    expect(refused({ normalizer: nested })).toMatch(/found "sequences of 17 levels"/);
    expect(refused({ pre_tokenizer: { type: 'UnicodeScripts' } })).toMatch(/^: pre_tokenizer.type: found "UnicodeScripts"/);
    expect(refused({ pre_tokenizer: { type: 'Split', pattern: { String: ' ' }, behavior: 'MergedWithPrevious' } })).toMatch(/behavior of Split: found "MergedWithPrevious", expected Isolated or Removed/);
    expect(refused({ model: null })).toMatch(/^: model.type: found null/);
    expect(refused({ model: { type: 'BPE' } })).toMatch(/^: is not followed as a tokenizer.json: /);
    expect(refused({ pre_tokenizer: { type: 'Split', pattern: { Regex: '(' }, behavior: 'Isolated' } })).toMatch(/^: is not followed as a tokenizer.json: /);
  });

  test('that is none, is damaged or too large is refused before it is parsed', () => {
    expect(refusal(fileOf('[1, 2'))).toMatch(/^: expected a tokenizer.json, found no JSON: /);
    expect(refusal(fileOf('[]'))).toBe(': tokenizer.json: found a list, expected an object');
    expect(refusal(join(folder, 'none.json'))).toMatch(/^: cannot be read as a tokenizer.json: ENOENT/);
    expect(refusal(fileOf(`{"model":${'['.repeat(100_000)}${']'.repeat(100_000)}}`))).toMatch(/^: (model.type: found a list|expected a tokenizer.json)/);
    const large = fileOf('{');
    truncateSync(large, MOST_TOKENIZER_BYTES + 1); // sparse
    expect(refusal(large)).toMatch(/has 67108865 bytes, expected at most 67108864$/);
  });
});
