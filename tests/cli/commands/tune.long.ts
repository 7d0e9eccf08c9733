import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { parse as parseYaml } from 'yaml';
import { afterAll, describe, expect, test } from 'vitest';
import { csvText } from '#src/mixture/tune/csv.js';
import type { Fit, Proposal } from '#src/mixture/tune/types.js';
import { keyedNumbers, logLinear } from '../../mixture/tune/synthetic.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-tune-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const put = (name: string, rows: readonly (readonly (string | number)[])[]): string => {
  writeFileSync(at(name), csvText(rows));
  return at(name);
};
/** With stdout where it succeeds, with exit code and stderr where it does not. */
const sluice = (...words: readonly string[]): string => execFileSync('node', ['dist/cli/main.js', 'tune', ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
const failure = (...words: readonly string[]) => {
  const { status, stderr, stdout } = spawnSync('node', ['dist/cli/main.js', 'tune', ...words], { encoding: 'utf8' });
  return { status, stdout, message: stderr.replaceAll(`${folder}/`, '') };
};

const { normal, mixture } = keyedNumbers('tune-command');
const laws = { 'arc, easy': logLinear(1, [0.6, -0.7, 0.2]), 'code (bpb)': logLinear(0.6, [0.1, 0.5, -0.8]) };
const mixtures = Array.from({ length: 40 }, (_, i) => mixture(i, 3, 2));
const sources = ['web', 'my books', 'code'];
const ratios = put('ratios.csv', [['', 'run', 'name', 'index', ...sources], ...mixtures.map((w, i) => [i, `r${i}`, `swarm-${i}`, i, ...w])]);
const metrics = put('metrics.csv', [['run', 'name', 'index', ...Object.keys(laws)], ...mixtures.map((w, i) => [`r${i}`, `swarm-${i}`, i, ...Object.values(laws).map((law, j) => law(w) + 0.01 * normal(i, j))]).reverse()]);
const model = at('fit.json');
const summary = sluice('fit', '--ratios', ratios, '--metrics', metrics, '--output', model);

describe('sluice tune fit', () => {
  test('prints what each law is worth, and writes them', () => {
    expect(summary).toMatch(/^40 runs of 3 sources: web, my books, code\n/);
    expect(summary).toMatch(/^arc, easy +log-linear +0\.9\d\d +0\.\d+ to 0\.9\d\d /m);
    const fit = JSON.parse(readFileSync(model, 'utf8')) as Fit;
    expect(fit.targets.map(({ target }) => target)).toEqual(Object.keys(laws));
    expect(fit.sources).toEqual(sources);
  });

  test('gives programs the same as JSON', () => {
    const printed = JSON.parse(sluice('fit', '--ratios', ratios, '--metrics', metrics, '--output', at('again.json'), '--json')) as { targets: { rankCorrelation: { low: number } }[] };
    expect(printed.targets[0]!.rankCorrelation.low).toBeGreaterThan(0.8);
    expect(readFileSync(at('again.json'), 'utf8')).toBe(readFileSync(model, 'utf8'));
  });

  test('ends with exit code 2, file and line where a field is wrong, and writes nothing', () => {
    const broken = put('broken.csv', [['run', 'loss'], ['r0', 1], ['r1', 'NaN']]);
    expect(failure('fit', '--ratios', ratios, '--metrics', broken, '--output', at('none.json'))).toEqual({ status: 2, stdout: '', message: 'broken.csv:3: loss: found "NaN", expected a number\n' });
    expect(() => readFileSync(at('none.json'))).toThrow('ENOENT');
    const elsewhere = put('elsewhere.csv', [['run', 'loss'], ['x', 1]]);
    expect(failure('fit', '--ratios', ratios, '--metrics', elsewhere, '--output', at('none.json')).message).toMatch(/^ratios\.csv and elsewhere\.csv: found no run in both/);
    expect(failure('fit', '--ratios', ratios, '--metrics', metrics, '--output', ratios).message).toBe('--output: found ratios.csv, which is an input, expected another file to write\n');
  });
});

describe('sluice tune predict', () => {
  test('writes run, name, index and a column per target under its own name', () => {
    const unseen = Array.from({ length: 30 }, (_, i) => mixture(900 + i, 3));
    const asked = put('new.csv', [['code', 'web', 'run', 'name', 'index', 'my books'], ...unseen.map(([web, books, code], i) => [code!, web!, `n${i}`, 'new', 100 + i, books!])]);
    sluice('predict', '--model', model, '--ratios', asked, '--output', at('p.csv'));
    const [header, ...rows] = parse(readFileSync(at('p.csv')));
    expect(header).toEqual(['run', 'name', 'index', ...Object.keys(laws)]);
    expect(rows.map((row) => row.slice(0, 3))).toEqual(unseen.map((_, i) => [`n${i}`, 'new', String(100 + i)]));
    for (const [i, row] of rows.entries()) for (const [j, law] of Object.values(laws).entries()) expect(Math.abs(Number(row[3 + j]) - law(unseen[i]!))).toBeLessThan(0.03);
  });

  test('refuses other sources, and a model that is none', () => {
    const other = put('other.csv', [['run', 'web', 'books', 'code'], ['a', 1, 0, 0]]);
    expect(failure('predict', '--model', model, '--ratios', other, '--output', at('q.csv'))).toEqual({
      status: 2, stdout: '', message: "other.csv:1: found no column my books, a column books that the fit has not, expected the fit's sources: web, my books, code\n",
    });
    expect(failure('predict', '--model', ratios, '--ratios', ratios, '--output', at('q.csv')).message).toBe('ratios.csv: found no JSON, expected what sluice tune fit writes\n');
  });
});

describe('sluice tune propose', () => {
  const sizes = ['--available', 'web=100B', '--available', 'my books=5B', '--available', 'code=40B'];

  test('asks for targets, and names those there are', () => {
    const { status, message } = failure('propose', '--model', model);
    expect(status).toBe(2);
    expect(message).toMatch(/^targets: found none, expected .*The fit has: arc, easy, code \(bpb\)\n$/);
    expect(failure('propose', '--model', model, '--target', 'arc=1').message).toMatch(/^--target: found "arc", which is no target of the fit, expected one of arc, easy, code \(bpb\)/);
  });

  test('prints targets, caps and epochs, and a block for a recipe whose weights sum to 1 within the caps', () => {
    const text = sluice('propose', '--model', model, '--target', 'arc, easy=3', '--target', 'code (bpb)', ...sizes, '--budget', '100B', '--output', at('proposal.json'));
    expect(text).toMatch(/^targets: arc, easy 75\.00 %, code \(bpb\) 25\.00 %\n/);
    expect(text).toMatch(/^my books +3\.45 % +\d+\.\d\d % +20\.00 % +[\d.]+ +4 /m);
    const { mixture: { weights } } = parseYaml(text.slice(text.indexOf('mixture:'))) as { mixture: { weights: Record<string, number> } };
    expect(Object.values(weights).reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(weights['my books']).toBeLessThanOrEqual(0.2);
    const proposal = JSON.parse(readFileSync(at('proposal.json'), 'utf8')) as Proposal;
    expect(proposal.lambda).toBe(0.1);
    expect(proposal.optimality.kind).toBe('certified');
    for (const source of sources) expect(weights[source]).toBeCloseTo(proposal.weights[source]!, 5);
  });

  test('takes a prior from a file, a proposal for one', () => {
    const near = JSON.parse(sluice('propose', '--model', model, '--target', 'arc, easy=1', '--prior', at('proposal.json'), '--lambda', '1e5', '--json')) as Proposal;
    const proposal = JSON.parse(readFileSync(at('proposal.json'), 'utf8')) as Proposal;
    for (const source of sources) expect(near.weights[source]).toBeCloseTo(proposal.weights[source]!, 3);
    writeFileSync(at('prior.yaml'), 'web: 1\nmy books: 1\ncode: many\n');
    expect(failure('propose', '--model', model, '--target', 'arc, easy=1', '--prior', at('prior.yaml')).message).toBe('prior.yaml: code: found "many", expected a weight of 0 or more\n');
  });

  test.each([
    [['--budget', '100B'], '--budget: found no sizes of sources, expected --available SOURCE=COUNT for each, or a recipe'],
    [['--available', 'web=1B'], '--available: found nothing for my books, code, expected a size for every source of the fit, 0 for none'],
    [['--available', 'wiki=1B'], '--available: found "wiki=1B", expected SOURCE=COUNT with a source of the fit, expected one of web, my books, code'],
    [[...sizes, '--budget', '1000B'], 'caps: found largest shares that sum to 0.58 (web 0.4, my books 0.02, code 0.16), expected 1 at least: allow more epochs, or plan with 58 % of the budget'],
    [['--prior', 'proportional'], '--prior proportional: found no sizes of sources, expected --available SOURCE=COUNT for each, or a recipe'],
  ])('refuses %j', (options, expected) => {
    expect(failure('propose', '--model', model, '--target', 'arc, easy=1', ...options)).toEqual({ status: 2, stdout: '', message: `${expected}\n` });
  });

  test('takes sizes, budget, caps and targets from a recipe, and runs what is missing for them', () => {
    const documents = (name: string, n: number): void => writeFileSync(at(`${name}.jsonl`), Array.from({ length: n }, (_, i) => (
      `${JSON.stringify({ id: `${name}-${i}`, text: `Document ${i} of ${name} says ${Array.from({ length: 40 }, (_, j) => `word${i * 40 + j}`).join(' ')}.` })}\n`)).join(''));
    documents('web', 60);
    documents('books', 20);
    writeFileSync(at('recipe.yaml'), `name: small
sources:
  web: { read: { format: jsonl, paths: ${at('web.jsonl')} } }
  books: { read: { format: jsonl, paths: ${at('books.jsonl')} } }
mixture: { budget: 8000, weights: { web: 1, books: 1 }, maxEpochs: 2, maxShare: { web: 0.9 }, shortfall: cap }
tune: { targets: { web: 1, books: 3 } }
`);
    const two = mixtures.map(([a, b]) => [a! / (a! + b!), b! / (a! + b!)]);
    const shares = put('two-ratios.csv', [['run', 'web', 'books'], ...two.map((w, i) => [`r${i}`, ...w])]);
    const losses = put('two-metrics.csv', [['run', 'web', 'books'], ...two.map((w, i) => [`r${i}`, 1 + Math.exp(-0.5 * w[0]!), 1 + Math.exp(-0.9 * w[1]!)])]);
    sluice('fit', '--ratios', shares, '--metrics', losses, '--output', at('two.json'));
    const proposal = JSON.parse(sluice('propose', at('recipe.yaml'), '--model', at('two.json'), '--folder', at('out'), '--workers', '1', '--json')) as Proposal;
    expect(proposal.targetWeights).toEqual({ web: 0.25, books: 0.75 });
    expect(proposal.prior['web']).toBeCloseTo(0.75, 1);
    expect(proposal.caps['web']).toBe(0.9);
    expect(proposal.caps['books']).toBeLessThan(0.5); // some 1650 tokens, twice, of 8000
    expect(proposal.caps['books']).toBeGreaterThan(0.3);
    expect(proposal.weights['books']).toBeLessThanOrEqual(proposal.caps['books']! + 1e-12);
    expect(failure('propose', at('recipe.yaml'), '--model', model, '--target', 'arc, easy=1').message).toBe('recipe.yaml: found no source my books, code, expected the fit\'s: web, my books, code\n');
  });
});
