/**
 * What deduplication did, for a person: the report's section and the table that `sluice dedup` ends with. Figures come from the phases; nothing is
 * counted here but sums.
 */
import { alarmText } from './alarm-text.js';
import { lshSentence } from './lsh-summary.js';
import { noTextLines } from './no-text.js';
import type { DuplicateSummary, ReportData, SourceDuplicates } from './report-data.js';
import { describeCount, describePercent, markdownTable, markdownText, plainTable, plainText, type TableColumn } from './table.js';

const right = (title: string): TableColumn => ({ title, right: true });

/** Paragraphs and tables in Markdown. */
export function duplicatesSection(summary: DuplicateSummary): string {
  const { clusters, documents, histogram, sources, shortDocuments, lsh, alarms } = summary;
  const { removed, compared } = totals(sources);
  const methods = methodsOf(summary);
  return [
    `${describeCount(documents)} documents lie in ${describeCount(clusters)} clusters of two or more; `
      + `${describeCount(removed)} of ${describeCount(compared)} documents compared (${describePercent(removed, compared)}) were removed.`,
    sources.length === 0 ? 'No document was compared.' : markdownTable(
      [{ title: 'source' }, right('compared'), ...methods.map((method) => right(`by ${method}`)), right('removed'), right('share')],
      sources.map((one) => sourceCells(one, methods, describeCount).map((cell) => markdownText(cell))),
    ),
    histogram.length === 0 ? 'No clusters.' : markdownTable([right('documents in a cluster'), right('clusters')], histogram.map(({ size, clusters: count }) => [markdownText(size), describeCount(count)])),
    ...(shortDocuments === 0 ? [] : [`${describeCount(shortDocuments)} documents are shorter than a shingle: compared as a whole only, never by MinHash.`]),
    ...(lsh === undefined ? [] : [
      `${lshSentence(lsh)}. Pairs found by similarity:`,
      markdownTable([{ title: 'Jaccard' }, ...lsh.curve.map(({ jaccard }) => right(String(jaccard)))], [['found', ...lsh.curve.map(({ probability }) => describePercent(probability))]]),
    ]),
    alarms.length === 0 ? 'No alarms.' : alarms.map((alarm) => `- Alarm: ${markdownText(alarmText(alarm))}`).join('\n'),
  ].join('\n\n');
}

/** The end of `sluice dedup`: what went in, what was removed of each source by which method, and what to look at. At most 100 columns wide. */
export function renderDuplicates({ manifest, ledger, duplicates, faults, warnings, directory }: ReportData): string {
  if (duplicates === undefined) throw new Error('a run without deduplication has no such table');
  const methods = methodsOf(duplicates);
  const { removed, compared } = totals(duplicates.sources);
  const sum = (method: string): number => duplicates.sources.reduce((total, { byMethod }) => total + (byMethod[method] ?? 0), 0);
  const rows = duplicates.sources.map((one) => sourceCells({ ...one, source: plainText(one.source, 18) }, methods, short));
  const table = plainTable(
    [{ title: 'source' }, right('documents'), ...methods.map(right), right('removed'), right('share')],
    [...rows, ['total', short(compared), ...methods.map((method) => short(sum(method))), short(removed), describePercent(removed, compared)]],
  );
  const cut = ledger.sources.flatMap(({ stages }) => stages.flatMap(({ stage, edited }) => (stage === 'paragraphs' && edited !== undefined ? [edited.bytes] : []))).reduce((all, bytes) => all + bytes, 0);
  const lost = faults.filter((fault) => fault.lost).reduce((total, { count }) => total + count, 0);
  const written = manifest.sources.reduce((all, { documents }) => all + documents, 0);
  return [
    table, '',
    `${counted(written, 'document')} in ${counted(manifest.corpus.length, 'file')} of corpus/, digest ${manifest.digest.slice(0, 16)}`,
    ...(cut === 0 ? [] : [`${describeCount(cut)} bytes of repeated paragraphs were cut out`]),
    ...(duplicates.shortDocuments === 0 ? [] : [`${counted(duplicates.shortDocuments, 'document')} shorter than a shingle: compared as a whole only`]),
    ...noTextLines(faults),
    ...(lost === 0 ? [] : [`${counted(lost, 'record')} lost to faults: see report.md`]),
    ...duplicates.alarms.slice(0, MOST_ALARMS).map((alarm) => `alarm: ${plainText(alarmText(alarm), 92)}`),
    ...(duplicates.alarms.length > MOST_ALARMS ? [`and ${duplicates.alarms.length - MOST_ALARMS} more alarms: see report.md`] : []),
    ...(warnings.length === 0 ? [] : [`${counted(warnings.length, 'warning')}: see report.md`]),
    `why one was removed: sluice why ${plainText(directory)} ID`,
  ].join('\n') + '\n';
}

const MOST_ALARMS = 5;

function sourceCells({ source, against, documents, removed, byMethod }: SourceDuplicates, methods: readonly string[], count: (value: number) => string): string[] {
  return [against ? `${source} (against)` : source, count(documents), ...methods.map((method) => count(byMethod[method] ?? 0)), count(removed), describePercent(removed, documents)];
}

/** In the order of the sources' own lists, which is that of the methods. */
const methodsOf = ({ sources }: DuplicateSummary): string[] => [...new Set(sources.flatMap(({ byMethod }) => Object.keys(byMethod)))];

function totals(sources: readonly SourceDuplicates[]): { readonly removed: number; readonly compared: number } {
  return { removed: sources.reduce((sum, one) => sum + one.removed, 0), compared: sources.reduce((sum, one) => sum + one.documents, 0) };
}

function counted(count: number, noun: string): string {
  return `${describeCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Up to nine digits in full, then in millions. */
function short(count: number): string {
  return count < 1e9 ? describeCount(count) : `${describeCount(count / 1e6)}M`;
}
