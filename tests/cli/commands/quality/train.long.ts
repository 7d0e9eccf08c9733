/** The command from end to end: on the project's samples, on bad input, and stopped. */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureSamples } from '#src/cli/samples/index.js';
import { loadQualityModel } from '#src/quality/quality-model.js';
import { sluice, start, temporaryFolder, type Ended } from '../../../promises/support/sluice.js';

const folder = temporaryFolder();
afterAll(folder.remove);
const at = (...parts: string[]): string => join(folder.path, ...parts);
const train = (...options: string[]): Promise<Ended> => sluice(folder.path, 'quality', 'train', ...options);
const SAMPLES = ['--positive', 'samples/wiki/*.jsonl.gz', 'samples/books/*.txt', '--negative', 'samples/web/*.warc.wet.gz', '--text', 'body'];
const SMALL = ['--model', 'logistic', '--examples', '300'];

interface HeldOut {
  readonly examples: number;
  readonly accuracy: number;
  readonly f1: number;
  readonly auc: number;
}
interface Report {
  readonly kind: string;
  readonly engine: string;
  readonly crc32: string;
  readonly positive: number;
  readonly negative: number;
  readonly inBothClasses: number;
  readonly examples: number;
  readonly heldOut: HeldOut;
  readonly heldOutDocuments: HeldOut;
  readonly warnings: readonly string[];
}
async function report(...options: string[]): Promise<Report> {
  const { code, stdout, stderr } = await train(...options, '--json');
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Report; // --json prints it
}

beforeAll(async () => {
  await ensureSamples(at('samples'));
});

describe('on reference against crawl', () => {
  test('the same bytes of model come twice, in whatever order the globs stand, and in place of the model that was there', async () => {
    const options = [...SMALL, '--iterations', '20', '--output', 'twice.logistic'];
    const { crc32 } = await report(...SAMPLES, ...options);
    const first = readFileSync(at('twice.logistic'));
    const turned = ['--text', 'body', '--negative', 'samples/web/*.warc.wet.gz', '--positive', 'samples/books/*.txt', 'samples/wiki/*.jsonl.gz'];
    const again = await report(...turned, ...options);
    expect(again.crc32).toBe(crc32);
    expect(readFileSync(at('twice.logistic'))).toEqual(first);
    expect((await report(...SAMPLES, ...options, '--seed', '1')).crc32).not.toBe(crc32);
  });

  test('says in words what it did, and its progress line by line on stderr', async () => {
    const { code, stdout, stderr } = await train(...SAMPLES, ...SMALL, '--iterations', '5', '--output', 'words.logistic');
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      'model       words.logistic (logistic regression, 1.0 MB)',
      expect.stringMatching(/^learnt from 300 positive and 300 negative documents \(0 in both, left out\), as [\d,]+ pieces of equal lengths$/),
      expect.stringMatching(/^held out {4}accuracy 0\.\d{4}, F1 0\.\d{4}, AUC [01]\.\d{4} by \d+ documents$/),
      expect.stringMatching(/^ {12}accuracy 0\.\d{4}, F1 0\.\d{4}, AUC [01]\.\d{4} by \d+ pieces of equal lengths$/),
      '',
    ]);
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(/^read positive {2}[\d,]+ documents in [\d.]+ s$/),
      expect.stringMatching(/^read negative {2}[\d,]+ documents in [\d.]+ s$/),
      expect.stringMatching(/^train {10}5 steps, loss 0\.\d+ in [\d.]+ s$/),
      'warning: the logistic model had not settled after 5 steps: more iterations would change it',
      '',
    ]);
  });
});

describe('bad input', () => {
  const words = 'a page of plain words about nothing in particular that goes on for a while'.split(' ');
  const pages = (name: string, count: number, of: string): void => {
    const lines = Array.from({ length: count }, (_, i) => JSON.stringify({ id: `${of}${i}`, text: `${of} ${i} ${words.slice(i % 9).join(` ${of} `)}` }));
    writeFileSync(at(name), `${lines.join('\n')}\n`);
  };
  beforeAll(() => {
    pages('good.jsonl', 300, 'good');
    pages('bad.jsonl', 300, 'bad');
    pages('ten.jsonl', 10, 'good');
    const shared = readFileSync(at('good.jsonl'), 'utf8').split('\n').slice(0, 100).join('\n');
    writeFileSync(at('mixed.jsonl'), `${shared}\n${readFileSync(at('bad.jsonl'), 'utf8')}not json\n`);
    writeFileSync(at('notes.txt'), 'notes of mine');
    mkdirSync(at('folder'));
  });
  const both = ['--positive', 'good.jsonl', '--negative', 'bad.jsonl'];

  test.each([
    ['no class at all', [], /^--positive, --negative: found neither, expected both, or --labelled\n$/],
    ['one class missing', ['--positive', 'good.jsonl'], /^--positive, --negative: found no --negative, expected both/],
    ['a class whose files are not there', ['--positive', 'good.jsonl', '--negative', 'none*.jsonl'], /^none\*\.jsonl: found no file, expected at least one\n$/],
    ['ten documents', ['--positive', 'ten.jsonl', '--negative', 'bad.jsonl'], /found 10 distinct positive documents, expected at least 20 that are in one class only\n$/],
    ['the same texts in both classes', ['--positive', 'good.jsonl', '--negative', 'good.jsonl'], /found 0 distinct positive documents \(and 300 that are in both classes\)/],
    ['documents without the text field', [...both, '--text', 'body'], /found 0 distinct positive documents, expected at least 20/],
    ['an output that is a folder', [...both, '--output', 'folder'], /^--output folder: found something that is not a file/],
    ['an output that is somebody\'s file', [...both, '--output', 'notes.txt'], /^--output notes\.txt: found a file that is no model, expected a model to replace/],
    ['an option of the other kind', [...both, '--model', 'logistic', '--word-ngrams', '2'], /^--word-ngrams: expected with --model fasttext only/],
    ['an option of the one kind', [...both, '--l2', '0.1'], /^--l2: expected with --model logistic only/],
    ['buckets that are no power of two', [...both, '--model', 'logistic', '--buckets', '1000'], /^--buckets: found 1000, expected a power of two/],
    ['a learning rate that is none', [...both, '--lr', 'fast'], /found "fast", expected a number above 0 and at most 100/],
    ['n-grams that end before they begin', [...both, '--minn', '3'], /^--minn: found 3 and --maxn 0/],
    ['both forms of input', [...both, '--labelled', 'good.jsonl'], /^--labelled: found --positive, --negative or --text beside it/],
    ['a logistic model of any labels', ['--labelled', 'good.jsonl', '--model', 'logistic'], /^--labelled: found --model logistic, expected fasttext/],
    ['a test file without a labelled one', [...both, '--test', 'good.jsonl'], /^--test: expected with --labelled only/],
    ['a labelled file without labels', ['--labelled', 'good.jsonl'], /good\.jsonl: found no labels, expected lines with two or more labels/],
    ['a labelled file that is not there', ['--labelled', 'none.txt'], /^none\.txt: cannot be read/],
  ])('%s is refused with exit code 2, and nothing is written', async (_, options, message) => {
    const output = options.includes('--output') ? [] : ['--output', 'refused.bin'];
    const { code, stdout, stderr } = await train(...options, ...output);
    expect(stderr.replace(/^read .*\n/gm, '')).toMatch(message);
    expect(stderr).not.toMatch(/^train /m); // no step is said to be done that is not
    expect([code, stdout]).toEqual([2, '']);
    expect(existsSync(at('refused.bin'))).toBe(false);
    expect(readFileSync(at('notes.txt'), 'utf8')).toBe('notes of mine');
  });

  test('texts in both classes, and lost records, are counted in warnings', async () => {
    const tiny = ['--min-count', '1', '--dim', '4', '--buckets', '1000'];
    const found = await report('--positive', 'good.jsonl', '--negative', 'mixed.jsonl', '--output', 'mixed.bin', ...tiny);
    expect(found.inBothClasses).toBe(100);
    expect(found.warnings).toEqual([
      expect.stringMatching(/^negative: 1 records lost: invalid-json \(the first: mixed\.jsonl: at byte \d+: /),
      '100 documents are both positive and negative and teach nothing: left out',
    ]);
  });

  test('a model with n-grams of characters is written, judged and usable like any other', async () => {
    const found = await report(...both, '--output', 'grams.bin', '--minn', '2', '--maxn', '3', '--buckets', '2000', '--dim', '4', '--loss', 'hs');
    expect(found.heldOut.f1).toBe(1);
    expect(loadQualityModel(at('grams.bin')).kind).toBe('fasttext');
  });

  test('stopped, ends with exit code 1, leaves no model and nothing unfinished', async () => {
    for (const kind of ['fasttext', 'logistic']) {
      mkdirSync(at('stopped', kind), { recursive: true });
      const long = kind === 'fasttext' ? ['--epoch', '10000'] : ['--l2', '1e-9', '--iterations', '100000'];
      const { child, ended, saying } = start(folder.path, 'quality', 'train', ...SAMPLES, '--model', kind, ...long, '--output', `stopped/${kind}/model`);
      await saying('read negative');
      child.kill('SIGINT');
      const { code, stdout, stderr } = await ended;
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/interrupted: no model was written/);
      expect(readdirSync(at('stopped', kind))).toEqual([]);
    }
  });
});
