/** What repeats without making documents duplicates, or shows where duplicates come from: lengths, addresses, paragraphs. */
import type { Audit } from '../dedup/audit.js';
import { amount, counted, excerpt, glued, rate, shareOf } from './audit-numbers.js';
import { renderTable } from './html-page.js';
import { foreign, html, NOTHING, type Html } from './html-template.js';
import { describeBytes, describeCount } from './table.js';

const MOST_ROWS = 20;

export function lengthsSection({ lengths }: Audit): Html {
  if (lengths.length === 0) return html`<p>No length that strikingly many documents share.</p>`;
  return html`<p>Pages that one template made have one length, even where their words differ so much that they are no near-duplicates. A length is listed
where far more documents have it than lengths around it have.</p>
${renderTable({
    caption: 'Length spikes', captionHidden: true,
    columns: [...['bytes', 'documents', 'usual there', 'times'].map((title) => ({ title, number: true })), { title: 'one of them begins' }],
    rows: lengths.slice(0, MOST_ROWS).map(({ bytes, documents, expected, sample }) => [
      describeCount(bytes), describeCount(documents), expected.toFixed(1), expected > 0 ? describeCount(documents / expected) : '-', words(sample),
    ]),
  })}`;
}

const words = (sample: string): Html => html`<div class="words">${excerpt(sample, 160)}</div>`;

export function urlsSection({ urls }: Audit): Html {
  const { documents, largest } = urls;
  if (documents === 0) return html`<p>No two documents have the same address, or the data has no addresses.</p>`;
  return html`<p>${glued(`${amount(urls)} ${documents === 1 ? 'has' : 'have'} an address that an earlier one has already`)}: pages that were crawled several
times. Addresses are compared in their normal form: what stands behind # is not part of it, so the pages of some web applications count as one.</p>
${largest.length === 0 ? NOTHING : renderTable({
    caption: 'Addresses with the most documents', columns: [{ title: 'address' }, { title: 'documents', number: true }],
    rows: largest.slice(0, MOST_ROWS).map((one) => [html`<code>${foreign(one.key, 160)}</code>`, describeCount(one.documents)]),
  })}`;
}

export function paragraphsSection({ bytes, paragraphs: { paragraphs, repeated, repeatedBytes, largest } }: Audit): Html {
  if (repeated === 0) return html`<p>${counted(paragraphs, 'paragraph')} compared; none stands in more than one document.</p>`;
  const found = `${describeCount(repeated)} of ${counted(paragraphs, 'paragraph')} (${rate(shareOf(repeated, paragraphs))}) stand in an earlier document `
    + `already: ${describeBytes(repeatedBytes)}, ${rate(shareOf(repeatedBytes, bytes))} of the text.`;
  return html`<p>${glued(found)} Paragraphs of documents that are duplicates as a whole are among them; what remains when those are gone is menus,
notices, licences and quotations.</p>
${largest.length === 0 ? NOTHING : renderTable({
    caption: 'Paragraphs in the most documents',
    columns: [{ title: 'begins' }, { title: 'documents', number: true }, { title: 'bytes each', number: true }],
    rows: largest.slice(0, MOST_ROWS).map(({ sample, documents, bytes: own }) => [words(sample), describeCount(documents), describeCount(own)]),
  })}`;
}
