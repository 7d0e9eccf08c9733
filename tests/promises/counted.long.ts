import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCorpus } from './support/corpus.js';
import { corpusOf, resultOf } from './support/output.js';
import { RECIPE, writeRecipe } from './support/recipe.js';
import { runWhole, sluice, temporaryFolder } from './support/sluice.js';

const { path: folder, remove } = temporaryFolder();
beforeAll(async () => {
  await makeCorpus(folder);
});
afterAll(remove);

const mixture = (changes: object): object => ({ ...RECIPE, mixture: { ...RECIPE.mixture, shortfall: 'cap', ...changes } });
const counts = (output: string): string[] => readdirSync(join(folder, output, 'work/count')).filter((name) => name.endsWith('.done.json')).map((name) => join(folder, output, 'work/count', name));

describe('a corpus mixed by counted tokens', () => {
  it('is the same from one worker and from two, and when counting was cut short, and has the tokens that it says', async () => {
    writeRecipe(folder, 'exact', mixture({ tokens: { tokenizer: 'o200k_base', sample: 'exact' } }));
    const one = await runWhole(folder, 'exact.yaml', 'one', '--workers', '1');
    const two = await runWhole(folder, 'exact.yaml', 'two', '--workers', '2');
    expect(two.digest).toBe(one.digest);
    const expected = resultOf(join(folder, 'one'));
    expect(resultOf(join(folder, 'two'))).toEqual(expected);
    const documents = corpusOf(join(folder, 'one'));
    for (const { name, size } of one.sources) {
      expect(size, name).toBe(documents.reduce((sum, document) => sum + (document.source === name ? encode(document.text, { disallowedSpecial: new Set() }).length : 0), 0));
    }
    const done = counts('two');
    expect(done.length).toBeGreaterThan(4);
    done.filter((_, i) => i % 2 === 0).forEach((path) => rmSync(path));
    writeFileSync(done[1]!.replace('.done.json', '.sizes'), 'torn'); // more than four
    expect((await runWhole(folder, 'exact.yaml', 'two', '--workers', '2')).digest).toBe(one.digest);
    expect(resultOf(join(folder, 'two'))).toEqual(expected);
  });

  it('is written again for other weights without counting anything again', async () => {
    const tokens = { tokenizer: 'cl100k_base', sample: 100 };
    writeRecipe(folder, 'sampled', mixture({ tokens }));
    await runWhole(folder, 'sampled.yaml', 'sampled');
    const before = counts('sampled').map((path) => statSync(path).mtimeMs);
    writeRecipe(folder, 'sampled', mixture({ tokens, budget: '100k', weights: { web: 1, wiki: 1, books: 1, code: 1 } }));
    await runWhole(folder, 'sampled.yaml', 'sampled');
    expect(counts('sampled').map((path) => statSync(path).mtimeMs)).toEqual(before);
  });

  it('is not begun with a tokenizer.json that cannot be counted with', async () => {
    writeFileSync(join(folder, 'words.json'), JSON.stringify({ model: { type: 'WordLevel', vocab: {} } }));
    writeRecipe(folder, 'refused', mixture({ tokens: { tokenizer: 'words.json' } }));
    const { code, stderr } = await sluice(folder, 'run', 'refused.yaml', '--output', 'refused');
    expect(code).toBe(2);
    expect(stderr).toContain('words.json: model.type: found "WordLevel", expected one of BPE, WordPiece, Unigram');
    writeRecipe(folder, 'missing', mixture({ tokens: { tokenizer: 'none.json' } }));
    const missing = await sluice(folder, 'run', 'missing.yaml', '--output', 'refused');
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('none.json')]);
    writeRecipe(folder, 'unit', mixture({ unit: 'words', tokens: { tokenizer: 'o200k_base' } }));
    const unit = await sluice(folder, 'run', 'unit.yaml', '--output', 'refused');
    expect([unit.code, unit.stderr]).toEqual([2, expect.stringContaining('mixture.tokens: found a tokenizer, but the mixture is planned in words: expected unit: tokens, or no tokenizer')]);
  });
});
