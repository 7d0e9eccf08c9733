/** Models and lists that are not what a recipe says they are: refused with the file, the place, what was found and what was expected, before the crawl is read. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataset, lidModel } from '../kernels/fasttext-oracle.js';
import { writeRecipe } from './support/recipe.js';
import { sluice, temporaryFolder } from './support/sluice.js';

const { path: folder, remove } = temporaryFolder();
const lid = readFileSync(lidModel);

beforeAll(() => {
  const texts = readFileSync(dataset('sms_dataset_train.tsv'), 'utf8').split('\n').slice(0, 200);
  for (const [name, of] of [['few', texts.slice(0, 10)], ['some', texts.slice(10, 100)], ['same', texts.slice(10, 100)], ['others', texts.slice(100)]] as const) {
    mkdirSync(join(folder, name));
    of.forEach((text, i) => writeFileSync(join(folder, name, `${i}.txt`), text));
  }
  const old = Buffer.from(lid);
  old.writeInt32LE(11, 4);
  const lying = Buffer.from(lid);
  lying.writeInt32LE(0x7fffffff, 64); // the dictionary's size
  const files: Record<string, string | Buffer> = {
    'text.bin': 'not a model at all, but long enough to have a header in it', 'old.bin': old, 'cut.ftz': lid.subarray(0, 500_000), 'lying.ftz': lying, 'whole.ftz': lid,
    'domains.txt': '# fine\nexample.com\nan example.com\n', 'nul.txt': 'exa\0mple.com\n', 'empty.txt': '# nothing\n', 'latin.txt': Buffer.from([0x66, 0xe9, 0x0a]),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
});
afterAll(remove);

const read = (name: string) => ({ read: { format: 'text', paths: `${name}/*.txt` } });
const run = (name: string, recipe: object) => sluice(folder, 'run', writeRecipe(folder, name, { name, ...recipe }), '--workers', '1');

describe('a model file', () => {
  it.each([
    ['text.bin', {}, /models\.given: text\.bin: offset 0: magic of a model: found 0x\w+, expected a fastText model/],
    ['old.bin', { label: 'en' }, /old\.bin: offset 4: version of the format: found 11 \(the old format.*expected 12/],
    ['cut.ftz', { label: 'en' }, /cut\.ftz: offset \d+: .*found/],
    ['lying.ftz', { label: 'en' }, /lying\.ftz: offset \d+: .*found/],
    ['whole.ftz', {}, /whole\.ftz: label: found none given and 176 labels/],
    ['whole.ftz', { label: 'xx' }, /whole\.ftz: label: found no "xx", expected one of en, ru/],
    ['missing.bin', {}, /missing\.bin: found no file/],
  ])('%s %j is refused with exit code 2', async (path, label, message) => {
    const { code, stderr } = await run('model', { sources: { some: { ...read('some'), stages: [{ quality: { model: 'given' } }] } }, models: { given: { kind: 'file', path, ...label } } });
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});

describe('a list', () => {
  it.each([
    ['domains.txt', /domains\.txt:3: found "an example\.com", expected a domain/],
    ['nul.txt', /nul\.txt: byte 3: found NUL, expected a text file/],
    ['latin.txt', /latin\.txt: found bytes that are not UTF-8/],
    ['empty.txt', /empty\.txt: .*found/],
    ['missing.txt', /missing\.txt: found no file/],
  ])('%s is refused with exit code 2', async (domains, message) => {
    const { code, stderr } = await run('list', { sources: { some: { ...read('some'), stages: [{ url: { domains } }] } } });
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});

describe('a training set', () => {
  it.each(['fasttext', 'logistic'])('of 10 documents of a class is refused for a %s model, with the counts', async (kind) => {
    const { code, stderr } = await run('ten', { sources: { few: read('few'), some: read('some') }, models: { trained: { kind, positive: ['few'], negative: ['some'] } } });
    expect([code, stderr]).toEqual([1, expect.stringContaining('found 10 distinct positive documents, expected at least 20')]);
  });

  it('with the same texts in both classes is refused, as nothing is left to learn from', async () => {
    const { code, stderr } = await run('same', { sources: { some: read('some'), same: read('same') }, models: { trained: { kind: 'logistic', positive: ['some'], negative: ['same'] } } });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/found 0 distinct positive documents \(and \d+ that are in both classes\)/)]);
  });

  it('with some texts in both classes is warned of in the report', async () => {
    mkdirSync(join(folder, 'mixed'));
    for (let i = 0; i < 90; i++) writeFileSync(join(folder, 'mixed', `${i}.txt`), readFileSync(join(folder, i < 5 ? 'same' : 'others', `${i}.txt`)));
    const { code } = await run('mixed', { sources: { some: read('some'), mixed: read('mixed') }, models: { trained: { kind: 'logistic', positive: ['some'], negative: ['mixed'] } } });
    const report = readFileSync(join(folder, 'output', 'mixed', 'report.md'), 'utf8');
    expect([code, report]).toEqual([0, expect.stringMatching(/\d+ documents are both positive and negative and teach nothing: left out/)]);
    expect(report).toMatch(/only \d+ positive documents: the model and its held-out figures are rough/);
  });
});
