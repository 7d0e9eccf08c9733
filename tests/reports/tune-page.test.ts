import { describe, expect, it } from 'vitest';
import { renderTunePage } from '#src/reports/tune-page.js';
import type { TuneReport } from '#src/reports/tune-report.js';
import { allOf, cellsOf, parsed } from './parsed-page.js';
import { expectSelfContained } from './self-contained.js';
import { plainCase, reportOf } from './tune-report-fixture.js';

const minus = (text: string): string => text.replace('-', '\u2212');
const BROKEN = /NaN|Infinity|undefined|\[object/;

const report = reportOf();
const page = renderTunePage(report);
const document = parsed(page);
const cells = (caption: string, under = document): string[][] => cellsOf(under, caption);

describe('the page of a verification', () => {
  it('has its sections in the order in which a person decides', () => {
    expect(allOf(document, 'main > section').map((section) => section.getAttribute('id'))).toEqual(['verdict', 'weights', 'losses', 'fit', 'effects', 'method']);
  });

  it('is the same bytes for the same report, also read back from JSON', () => {
    expect(renderTunePage(JSON.parse(JSON.stringify(report)) as TuneReport)).toBe(page);
  });

  it('loads and runs nothing', () => expectSelfContained(page, document));

  it('gives every chart a title, a sentence, a description and its numbers', () => {
    const figures = allOf(document, 'figure');
    expect(figures).toHaveLength(report.candidates.length + 1 + plainCase.targets.length + plainCase.targets.length);
    for (const figure of figures) {
      expect(figure.querySelector('h3')!.textContent).not.toBe('');
      expect(figure.querySelector('figcaption p')!.textContent).toMatch(/\.$/);
      expect(figure.querySelector('svg[role="img"]')!.getAttribute('aria-label')).toMatch(/.{20}/);
      expect(allOf(figure, 'details tbody tr').length).toBeGreaterThan(1);
    }
  });

  it('shows the losses, differences and effects of the report', () => {
    const [proposal, unimax] = report.candidates;
    const exam = cells('Losses of exam')[0]!;
    const { interval, delta } = proposal!.targets.exam!;
    expect(exam.slice(0, 5)).toEqual(['proposal', interval.mean.toFixed(4), interval.low.toFixed(4), interval.high.toFixed(4), `${delta!.mean < 0 ? '' : '+'}${minus(delta!.mean.toFixed(4))}`]);
    expect(cells('Differences to UniMax, bits per byte')[0]!.slice(0, 3)).toEqual(['all, weighted', '100.0 %', unimax!.objective.interval.mean.toFixed(4)]);
    const [web] = cells('At the prior: one percentage point more of the source, thousandths of a bit per byte');
    const effect = report.fit!.effects[0]!.effects.web!.exam! * 10;
    expect(web!.slice(0, 3)).toEqual(['web', '25.0 %', `${effect < 0 ? '' : '+'}${minus(effect.toFixed(2))}`]);
  });

  it('says that a share is above its cap', () => {
    const capped: TuneReport = { ...report, budget: { ...report.budget, sources: report.budget.sources.map((one) => ({ ...one, cap: 0.2 })) } };
    expect(cells('Share of the mixture, and epochs', parsed(renderTunePage(capped)))[0]!.at(4)).toContain('above the cap');
    expect(cells('Share of the mixture, and epochs')[0]!.at(4)).not.toContain('above the cap');
  });

  it('shows hostile names as text', () => {
    const name = '<img src=x onerror=alert(1)>"\'&\u202e';
    const hostile = renderTunePage(reportOf({ sources: [name, 'b'], targets: [name, '</svg><script>'] }));
    expectSelfContained(hostile, parsed(hostile));
    expect(hostile).not.toContain('\u202e');
  });

  it.each([
    ['one source and one target', { sources: ['only'], targets: ['one'] }],
    ['40 sources and 24 targets', { sources: Array.from({ length: 40 }, (_, i) => `source-${i}`), targets: Array.from({ length: 24 }, (_, i) => `target-${i}`) }],
    ['no fit', { ...plainCase, withFit: false }],
    ['seeds that change nothing', { ...plainCase, spread: 0 }],
  ])('draws no number that is not one: %s', (_, made) => {
    const drawn = renderTunePage(reportOf(made));
    expect(BROKEN.exec(drawn)).toBeNull();
    expect(drawn.length).toBeLessThan(700_000);
  });
});
