import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { renderBars } from '#src/reports/chart-bars.js';
import { renderChart } from '#src/reports/chart-svg.js';
import { renderPage, renderTable, shareBar } from '#src/reports/html-page.js';
import { foreign, html, markup } from '#src/reports/html-template.js';

describe('a template', () => {
  test('escapes what is put in, in text and in attributes, but for markup it made itself', () => {
    const bad = '<b title="x">\'&';
    expect(html`<p title="${bad}">${bad}${1.5}</p>`.source).toBe('<p title="&lt;b title=&quot;x&quot;&gt;&#39;&amp;">&lt;b title=&quot;x&quot;&gt;&#39;&amp;1.5</p>');
    expect(html`<ul>${['<', '>'].map((item) => html`<li>${item}</li>`)}</ul>${markup('<hr>')}`.source).toBe('<ul><li>&lt;</li><li>&gt;</li></ul><hr>');
  });

  test('shows foreign text on one line, cut, without what turns the writing direction', () => {
    expect(foreign('a\nb\u202ec', 10)).toBe('a\ufffdb\ufffdc');
    expect(foreign('abcdefghijk', 8)).toBe('abcde...');
  });
});

describe('a page', () => {
  const page = renderPage({ title: 'A <b> page', subtitle: html`under`, sections: [{ id: 'one', short: 'One', title: 'First & last', body: html`<p>text</p>` }], footer: html`end` });

  test('is a whole document with a policy that lets nothing be loaded', () => {
    const { document } = parseHTML(page);
    expect(page.startsWith('<!DOCTYPE html>\n<html lang="en">')).toBe(true);
    expect(document.querySelector('title')!.textContent).toContain('A');
    expect(document.querySelector('h1')!.textContent).toBe('A <b> page');
    expect(document.querySelector('section#one h2')!.textContent).toBe('First & last');
    expect(page).toContain('content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"');
  });

  test('knows light and dark, and narrow screens', () => {
    expect(page).toContain('prefers-color-scheme: dark');
    expect(page).toContain('name="viewport" content="width=device-width, initial-scale=1"');
  });
});

describe('a table', () => {
  test('has headings of columns and rows, and figures flush right', () => {
    const table = renderTable({ caption: 'Sums', columns: [{ title: 'what' }, { title: 'sum', number: true }], rows: [['a<b', '1'], ['c', html`2${shareBar(0.25)}`]] }).source;
    expect(table).toContain('<th scope="row">a&lt;b</th><td class="number">1</td>');
    expect(table).toContain('<th scope="col" class="number">sum</th>');
    expect(table).toContain('style="width:25%"');
  });

  test.each([[-1, '0%'], [0, '0%'], [0.3333, '33.3%'], [1, '100%'], [7, '100%']])('draws a share of %f as %s', (share, width) => expect(shareBar(share).source).toContain(`width:${width}"`));
});

describe('a chart', () => {
  const line = (): string => renderChart({ marks: [Plot.line([[0, 0], [1 / 3, 2 / 3], [1, 1]], { stroke: 'var(--first)' })] }, 'a <line> & "more"').source;

  test('is the same bytes every time, without a style of its own, and described as a whole', () => {
    expect(line()).toBe(line());
    expect(line()).not.toMatch(/<style|class=|aria-hidden/);
    expect(line()).toContain('<svg aria-label="a &lt;line&gt; &amp; &quot;more&quot;"');
    expect(line().match(/aria-label/g)!.length).toBe(1);
  });

  test('has coordinates of two decimals at most', () => expect(line()).not.toMatch(/="[^"a-z]*\d\.\d{3}/));

  test('of bars writes each figure, and cuts long names', () => {
    const bars = renderBars({ label: 'x', x: 'share (%)', groups: [{ name: 'a source with a very long name', bars: [{ filled: true, share: 0.25, text: '+ 25.0 %' }, { filled: false, share: 0, text: '- 0.0 %' }] }] }).source;
    expect(bars).toContain('>+ 25.0 %<');
    expect(bars).toContain('>- 0.0 %<');
    expect(bars).toContain('>a source with a \u2026<');
  });
});
