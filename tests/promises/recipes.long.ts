/** The published recipes that ship, each run as it is on the sample shards by the real program. What they keep is looked at by kind, not by count. */
import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { corpusOf, droppedOf, ledgerOf } from './support/output.js';
import { runWhole, sluice, temporaryFolder, type Manifest } from './support/sluice.js';

const { path: folder, remove } = temporaryFolder();
afterAll(remove);
beforeAll(async () => {
  symlinkSync(resolve('pipelines'), join(folder, 'pipelines')); // recipes name their lists from the folder that holds both
  const { code, stderr } = await sluice(folder, 'samples');
  if (code !== 0) throw new Error(`sluice samples ended with ${code}:\n${stderr}`);
});

interface Published {
  /** Reasons that documents must have been dropped for, as `source/stage/reason`. */
  readonly reasons: readonly string[];
  /** Stages that must have changed texts, as `source/stage`. */
  readonly edited?: readonly string[];
  /** Share of the crawl that reaches the corpus: at least and at most. */
  readonly kept: readonly [number, number];
  /** Sources of the corpus. */
  readonly sources: readonly string[];
  /** Weights as the paper has them, for the sources that are there. */
  readonly weights?: Readonly<Record<string, number>>;
}

const RECIPES: Readonly<Record<string, Published>> = {
  gpt3: {
    reasons: ['web/quality/quality-pareto', 'wiki/dedup/near-duplicate'], kept: [0.002, 0.05],
    sources: ['web', 'books1', 'books2', 'wiki'], weights: { web: 60, books1: 8, books2: 8, wiki: 3 },
  },
  c4: {
    reasons: ['web/length/too-many-chars', 'web/c4/too_few_sentences', 'web/c4/curly_bracket', 'web/language/language-below-threshold', 'web/language/language-not-kept'],
    edited: ['web/c4', 'web/paragraphs'], kept: [0.01, 0.1], sources: ['web'],
  },
  gopher: {
    reasons: [
      'web/gopher-quality/gopher_short_doc', 'web/gopher-quality/gopher_below_alpha_threshold', 'web/gopher-quality/gopher_enough_stop_words',
      'web/gopher-repetition/dup_line_frac', 'web/gopher-repetition/top_2_gram', 'web/dedup/near-duplicate', 'web/dedup/exact-duplicate',
    ],
    kept: [0.1, 0.4], sources: ['web', 'books', 'code', 'wiki'], weights: { web: 48, books: 27, code: 3, wiki: 2 },
  },
  fineweb: {
    reasons: [
      'web/language/language-not-kept', 'web/gopher-repetition/top_3_gram', 'web/gopher-quality/gopher_below_alpha_threshold', 'web/c4/too_few_sentences',
      'web/fineweb/line_punct_ratio', 'web/fineweb/short_line_ratio', 'web/fineweb/char_dup_ratio', 'web/dedup/near-duplicate',
    ],
    edited: ['web/c4', 'web/pii'], kept: [0.1, 0.3], sources: ['web'],
  },
  dclm: {
    reasons: [
      'web/language/language-not-kept', 'web/gopher-quality/alphabetic_word_ratio_filter', 'web/gopher-repetition/massive_web_repetition_filter_lines',
      'web/line-modifiers/too-many-words-removed', 'web/quality/quality-below-top-share',
    ],
    edited: ['web/newlines', 'web/line-modifiers'], kept: [0.02, 0.1], sources: ['web'],
  },
  pile: {
    reasons: ['web/quality/quality-pareto', 'web/dedup/near-duplicate'], kept: [0.12, 0.3],
    sources: ['web', 'books', 'code', 'wiki'], weights: { web: 18.11, books: 14.24, code: 7.59, wiki: 1.53 },
  },
};

it('every recipe that ships is run by a test', () => {
  const names = readdirSync('pipelines').filter((name) => name.endsWith('.yaml')).map((name) => name.slice(0, -'.yaml'.length));
  const others = ['quickstart', 'common-crawl']; // what CI runs and the README shows; what crawl.long.ts runs against a server of its own
  expect(names.sort()).toEqual([...Object.keys(RECIPES), ...others].sort());
});

describe.each(Object.entries(RECIPES))('%s.yaml', (name, { reasons, edited = [], kept, sources, weights }) => {
  let manifest: Manifest;
  beforeAll(async () => {
    manifest = await runWhole(folder, `pipelines/${name}.yaml`, name, '--workers', '2');
  });

  it('says which schema checks it, and what it does not reproduce', () => {
    const text = readFileSync(join('pipelines', `${name}.yaml`), 'utf8');
    expect(text).toMatch(/^# yaml-language-server: \$schema=\.\/recipe\.schema\.json\n/);
    expect(text).toMatch(/\n# Reproduced[^]*\n# Not reproduced\n/);
  });

  it('keeps and drops what it should, and loses nothing', () => {
    const ledger = ledgerOf(join(folder, name));
    for (const { stages } of ledger.sources) {
      for (const { in: before, out, dropped } of stages) {
        expect(out.documents + Object.values(dropped).reduce((sum, { documents }) => sum + documents, 0)).toBe(before.documents);
      }
    }
    expect(Object.keys(droppedOf(ledger))).toEqual(expect.arrayContaining([...reasons]));
    const changed = ledger.sources.flatMap(({ source, stages }) => stages.filter((stage) => (stage.edited?.documents ?? 0) > 0).map(({ stage }) => `${source}/${stage}`));
    expect(changed.sort()).toEqual([...edited].sort());
    const web = ledger.sources.find(({ source }) => source === 'web')!.stages;
    const share = web.at(-1)!.out.documents / web[0]!.in.documents;
    expect(share).toBeGreaterThan(kept[0]);
    expect(share).toBeLessThan(kept[1]);
  });

  it('mixes by the published weights, made to sum to one', () => {
    expect(new Set(corpusOf(join(folder, name)).map(({ source }) => source))).toEqual(new Set(sources));
    expect(manifest.failedShards).toEqual([]);
    if (weights === undefined) return;
    const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
    for (const source of manifest.sources) {
      expect(source.requestedWeight).toBeCloseTo(weights[source.name]! / total, 6);
      expect(Math.abs(source.realisedWeight - source.requestedWeight), source.name).toBeLessThan(0.03); // whole documents, some of them long
    }
    expect(readFileSync(join(folder, name, 'report.md'), 'utf8')).toMatch(/preset \w+: .* mapped to no source; the other .* stand for all: /); // loudly
  });
});
