import { describe, expect, it } from 'vitest';
import { applyKeepRule, keepRuleText, keepsWith, parseKeepRule, topCut } from '#src/quality/evaluate-keep.js';

const crawl = { scores: [0.9, 0.5, 0.5, 0.5, 0.1], weights: [1, 1, 1, 1, 1] };

describe('keep rules on a command line', () => {
  it.each([
    ['threshold:.5', { kind: 'threshold', threshold: 0.5 }], ['threshold:0', { kind: 'threshold', threshold: 0 }], ['threshold:1', { kind: 'threshold', threshold: 1 }],
    ['pareto:9', { kind: 'pareto', alpha: 9 }], ['pareto:0', { kind: 'pareto', alpha: 0 }], ['pareto:1000', { kind: 'pareto', alpha: 1000 }],
    ['top:.1', { kind: 'top', share: 0.1 }], ['top:1', { kind: 'top', share: 1 }],
  ])('%s is understood', (text, rule) => {
    expect(parseKeepRule(text)).toEqual(rule);
    expect(parseKeepRule(keepRuleText(parseKeepRule(text)))).toEqual(rule);
  });
  it.each(['threshold:1.01', 'pareto:1001', 'top:0', 'top:1.5', 'top:10%', 'threshold', 'best:.5', 'pareto:-1', 'threshold:', 'threshold:.', ''])('%j is refused', (text) => {
    expect(() => parseKeepRule(text)).toThrow(`--keep: found "${text}", expected threshold:S`);
  });
});

describe('keep rules applied', () => {
  it('a threshold keeps scores at it and above', () => {
    const rule = applyKeepRule({ kind: 'threshold', threshold: 0.5 }, crawl);
    expect([0.49999, 0.5, 0.50001].map((score) => keepsWith(rule, score))).toEqual([0, 1, 1]);
    expect(rule.crawlShare).toBe(0.8);
  });

  it('Pareto keeps with (2 - s)^-alpha', () => {
    const rule = applyKeepRule({ kind: 'pareto', alpha: 9 }, crawl);
    expect([0, 0.5, 1].map((score) => keepsWith(rule, score))).toEqual([expect.closeTo(0.00195, 5), expect.closeTo(0.026, 4), 1]);
    expect([rule.threshold, rule.atThreshold]).toEqual([null, null]);
  });

  it.each([
    [0.2, 0.9, 1], [0.4, 0.5, 1 / 3], [0.8, 0.5, 1], [0.1, 0.9, 0.5], [1, 0.1, 1],
  ])('a top share of %d ends at %d, of whose documents %d stays, and keeps that share exactly', (share, score, part) => {
    expect(topCut(crawl, share)).toEqual({ score, part: expect.closeTo(part, 12) });
    expect(applyKeepRule({ kind: 'top', share }, crawl).crawlShare).toBeCloseTo(share, 12);
  });

  it('a document that stands for more weighs more', () => {
    const weighted = { scores: [0.9, 0.5, 0.1], weights: [1, 8, 1] };
    expect(topCut(weighted, 0.5)).toEqual({ score: 0.5, part: 0.5 });
    expect(applyKeepRule({ kind: 'threshold', threshold: 0.5 }, weighted).crawlShare).toBeCloseTo(0.9, 12);
  });

  it('no crawl has no share, and no top', () => {
    const none = { scores: [], weights: [] };
    expect(applyKeepRule({ kind: 'threshold', threshold: 0.5 }, none).crawlShare).toBeNull();
    expect(() => topCut(none, 0.5)).toThrow('found no scores');
  });
});
