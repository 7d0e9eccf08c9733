import { describe, expect, test } from 'vitest';
import { parse, refusal } from './recipe-fixture.js';

const SOURCES = 'name: m\nsources:\n  web: { read: { format: text, paths: w } }\n  wiki: { read: { format: text, paths: k } }\n';
const mixture = (text: string, sources = SOURCES) => parse(`${sources}mixture: { ${text} }\n`).mixture!;
const refused = (text: string, sources = SOURCES) => refusal(`${sources}mixture: { ${text} }\n`);

describe('a mixture is resolved', () => {
  test('with weights or a rule for them', () => {
    expect(mixture('budget: max, weights: { web: 60, wiki: 3 }').rule).toEqual({ kind: 'given', weights: { web: 60, wiki: 3 } });
    expect(mixture('budget: max, rule: proportional').rule).toEqual({ kind: 'proportional' });
    expect(mixture('budget: 300B, rule: unimax').rule).toEqual({ kind: 'unimax' });
    expect(mixture('budget: max, rule: { temperature: 3.3 }').rule).toEqual({ kind: 'temperature', temperature: 3.3 });
    expect(mixture('budget: max, rule: { epochs: { web: 1, wiki: 3 } }').rule).toEqual({ kind: 'epochs', epochs: { web: 1, wiki: 3 } });
    expect(mixture('budget: max, rule: { preset: gpt3, map: { web: [common_crawl_filtered, webtext2], wiki: wikipedia } }').rule)
      .toEqual({ kind: 'preset', preset: 'gpt3', map: { web: ['common_crawl_filtered', 'webtext2'], wiki: ['wikipedia'] } });
  });

  test('with epochs and shares for every source, from one number or by name', () => {
    expect(mixture('budget: max, rule: proportional')).toMatchObject({ maxEpochs: { web: 4, wiki: 4 }, maxShare: { web: 1, wiki: 1 } });
    expect(mixture('budget: max, rule: proportional, maxEpochs: 2, maxShare: 0.6')).toMatchObject({ maxEpochs: { web: 2, wiki: 2 }, maxShare: { web: 0.6, wiki: 0.6 } });
    expect(mixture('budget: max, rule: proportional, maxEpochs: { default: 1, wiki: 3 }, maxShare: { wiki: 0.2 }')).toMatchObject({ maxEpochs: { web: 1, wiki: 3 }, maxShare: { web: 1, wiki: 0.2 } });
    expect(mixture('budget: max, rule: proportional, maxEpochs: { wiki: 3 }').maxEpochs).toEqual({ web: 4, wiki: 3 });
  });

  test.each([
    ['budget: 300B', 300e9], ['unit: documents, budget: 1M', 1e6], ['unit: bytes, budget: 64MB', 64e6], ['unit: bytes, budget: 1.5GiB', 1.5 * 2 ** 30], ['unit: bytes, budget: 5000', 5000],
    ['unit: bytes, budget: "5M"', 5e6],
  ])('with a budget in its unit: %s', (text, budget) => {
    expect(mixture(`${text}, rule: proportional`).budget).toBe(budget);
  });

  test('with nothing for sources that are only compared with, whatever the rule', () => {
    const sources = `${SOURCES}  old: { read: { format: text, paths: o } }\ndedup: { methods: [exact], against: [old] }\n`;
    expect(mixture('budget: max, weights: { web: 1, wiki: 1 }', sources).rule).toEqual({ kind: 'given', weights: { old: 0, web: 1, wiki: 1 } });
    expect(mixture('budget: max, rule: { epochs: { web: 1, wiki: 1 } }', sources).rule).toEqual({ kind: 'epochs', epochs: { old: 0, web: 1, wiki: 1 } });
    expect(mixture('budget: max, rule: { preset: gpt3, map: { web: common_crawl_filtered, wiki: wikipedia } }', sources).rule)
      .toEqual({ kind: 'preset', preset: 'gpt3', map: { old: [], web: ['common_crawl_filtered'], wiki: ['wikipedia'] } });
    expect(refused('budget: max, rule: { preset: gpt3, map: { web: common_crawl_filtered, wiki: wikipedia, old: webtext2 } }', sources))
      .toEqual(['7:104: mixture.rule.map.old: dedup only compares with old (against): expected [] or no entry']);
  });
});

describe('a mistake is refused with its place and what was expected', () => {
  const map = (text: string) => `budget: max, rule: { preset: gpt3, map: { ${text} } }`;
  test.each([
    ['budget: max', '5:10: mixture: found a mapping, expected weights or a rule for them'],
    ['budget: max, rule: unimax, weights: { web: 1, wiki: 1 }', '5:10: mixture: found a mapping, expected either weights or a rule'],
    ['budget: max, rule: unimaxx', '5:31: mixture.rule: found "unimaxx", expected one of proportional, unimax; did you mean "unimax"?'],
    ['budget: max, rule: { temprature: 2 }', '5:33: mixture.rule.temprature: unknown key, expected one of temperature, epochs, preset, map; did you mean "temperature"?'],
    ['budget: max, rule: { temperature: 0.5 }', '5:46: mixture.rule.temperature: found 0.5, expected at least 1'],
    ['budget: max, rule: { preset: gpt, map: {} }', expect.stringMatching(/^5:41: mixture\.rule\.preset: found "gpt", expected one of gpt3, pile, .*; did you mean "gpt3"\?$/)],
    [map('web: common_crawl_filterd, wiki: wikipedia'),
      '5:54: mixture.rule.map.web[0]: found "common_crawl_filterd", which gpt3 has not: expected one of common_crawl_filtered, webtext2, books1, books2, wikipedia; did you mean "common_crawl_filtered"?'],
    [map('web: [webtext2, books1], wiki: [wikipedia, books1]'), '5:97: mixture.rule.map.wiki[1]: found "books1", which web stands for: expected each published source once'],
    [map('web: webtext2'), '5:52: mixture.rule.map: has nothing for wiki, expected what it stands for of common_crawl_filtered, webtext2, books1, books2, wikipedia ([] leaves it out)'],
    [map('web: [], wiki: []'), '5:52: mixture.rule.map: found only empty lists, expected a published source at least'],
    [map('wep: webtext2, web: [], wiki: wikipedia'), '5:54: mixture.rule.map.wep: no such source, expected one of web, wiki; did you mean "web"?'],
    ['budget: max, rule: { epochs: { web: 2 } }', '5:41: mixture.rule.epochs: has no number of epochs for wiki, expected one for every source (0 leaves it out)'],
    ['budget: max, rule: proportional, maxEpochs: { wiky: 2 }', '5:58: mixture.maxEpochs.wiky: no such source, expected one of web, wiki; did you mean "wiki"?'],
    ['budget: max, rule: proportional, maxEpochs: 0', '5:56: mixture.maxEpochs: found 0, expected more than 0'],
    ['budget: max, rule: proportional, maxShare: 1.5', '5:55: mixture.maxShare: found 1.5, expected at most 1'],
    ['budget: max, rule: proportional, maxShare: 0.4', '5:55: mixture.maxShare: found 0.8 for all sources together, expected 1 or more'],
    ['unit: bytes, budget: 300B, rule: proportional', '5:33: mixture.budget: found "300B", expected max or a size such as 64MB or 300GB, at least 1'],
    ['unit: tokens, budget: 64MB, rule: proportional', '5:34: mixture.budget: found "64MB", expected max or a whole number such as 20M, at least 1'],
    ['unit: tokns, budget: 64M, rule: proportional', expect.stringMatching(/^5:18: mixture\.unit: found "tokns", expected one of tokens, .*; did you mean "tokens"\?$/)],
  ])('%s', (text, line) => {
    expect(refused(text)).toEqual([line]);
  });

  test('a preset without a map, once for each source', () => {
    expect(refused('budget: max, rule: { preset: palm }').map((line) => line.slice(0, 74))).toEqual([
      '5:25: mixture.rule.map: has nothing for web, expected what it stands for of', '5:25: mixture.rule.map: has nothing for wiki, expected what it stands for o',
    ].map((line) => line.slice(0, 74)));
  });
});
