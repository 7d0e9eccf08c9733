/** The command on the task that it is for: books and a wiki against mails, all of the project's samples, judged by documents that were held out. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureSamples } from '#src/cli/samples/index.js';
import { createKernels } from '#src/kernels/index.js';
import { loadQualityModel, scorerOf } from '#src/quality/quality-model.js';
import { scoreTexts } from '#src/quality/score-texts.js';
import { sluice, temporaryFolder } from '../../../promises/support/sluice.js';

const folder = temporaryFolder();
afterAll(folder.remove);
beforeAll(async () => {
  await ensureSamples(at('samples'));
});

const at = (...parts: string[]): string => join(folder.path, ...parts);
const SAMPLES = ['--positive', 'samples/wiki/*.jsonl.gz', 'samples/books/*.txt', '--negative', 'samples/web/*.warc.wet.gz', '--text', 'body'];

interface HeldOut {
  readonly examples: number;
  readonly f1: number;
  readonly auc: number;
}
async function report(...options: string[]): Promise<{ readonly heldOut: HeldOut; readonly heldOutDocuments: HeldOut }> {
  const { code, stdout, stderr } = await sluice(folder.path, 'quality', 'train', ...options, '--json');
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as { readonly heldOut: HeldOut; readonly heldOutDocuments: HeldOut }; // --json prints it
}

test.each([
  ['logistic', []], ['logistic', ['--binary']], ['fasttext', []],
])('%s %j reaches F1 of .97 on held-out documents', async (kind, more) => {
  const found = await report(...SAMPLES, '--model', kind, ...more, '--output', `${kind}${more.length}`);
  expect(found.heldOutDocuments.f1).toBeGreaterThanOrEqual(0.97);
  expect(found.heldOutDocuments.auc).toBeGreaterThan(0.985);
  expect(found.heldOutDocuments.examples).toBeGreaterThan(500);
  expect(found.heldOut.f1).toBeGreaterThan(0.94); // pieces cut to the other class's lengths, some of a few words
  expect(found).toMatchObject({ kind, engine: kind === 'logistic' ? 'own' : 'native', negative: 5000, warnings: [] });
  const [prose, mail] = scoreTexts(scorerOf(createKernels('wasm'), loadQualityModel(at(`${kind}${more.length}`))), [
    'It is a truth universally acknowledged, that a single man in possession of a good fortune, must be in want of a wife.',
    'CLICK HERE to unsubscribe from this mailing list http://lists.example.com FREE offer',
  ]);
  expect(prose).toBeGreaterThan(mail!);
});
