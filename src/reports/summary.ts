/** The table at the end of a run, for a terminal: one line per source from what was read to what the corpus holds. At most 100 columns wide. */
import { funnelEnds } from './funnel.js';
import type { ManifestSource } from './manifest.js';
import type { ReportData } from './report-data.js';
import { describeCount, describePercent, plainTable, plainText, type TableColumn } from './table.js';

const right = (title: string): TableColumn => ({ title, right: true });

/** Lines of the summary, ended by a line feed. `survived` counts unique documents, `documents` and `tokens` (or the mixture's unit) every copy in the corpus. */
export function renderSummary({ manifest, ledger, mixture, faults, warnings, duplicates }: ReportData): string {
  const rows = manifest.sources.map((source) => {
    const { in: read, out } = funnelEnds(ledger, source.name);
    return { source, read: read.documents, survived: out.documents };
  });
  const sizeOf = ({ size, tokens }: ManifestSource): number => (mixture.unit === 'documents' ? tokens : size); // documents have a column
  const sum = (of: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + of(row), 0);
  const documents = sum(({ source }) => source.documents);
  const table = plainTable([
    { title: 'source' }, right('read'), right('survived'), right('documents'), right(mixture.unit === 'documents' ? 'tokens' : mixture.unit), right('asked'), right('share'), right('epochs'),
  ], [
    ...rows.map(({ source, read, survived }) => [
      plainText(source.name, 18), short(read), short(survived), short(source.documents), short(sizeOf(source)),
      describePercent(source.requestedWeight), describePercent(source.realisedWeight), source.epochs.toFixed(2),
    ]),
    ['total', short(sum(({ read }) => read)), short(sum(({ survived }) => survived)), short(documents), short(sum(({ source }) => sizeOf(source)))],
  ]);
  const lost = faults.filter((fault) => fault.lost).reduce((total, { count }) => total + count, 0);
  const told = mixture.warnings.length + warnings.length + (duplicates?.alarms.length ?? 0);
  return [
    table, '',
    `${counted(documents, 'document')} in ${counted(manifest.corpus.length, 'corpus file')}, digest ${manifest.digest.slice(0, 16)}`,
    ...(lost === 0 ? [] : [`${counted(lost, 'record')} lost to faults: see report.md`]),
    ...[...new Set((manifest.crawls ?? []).map(({ termsOfUse }) => termsOfUse))].map((address) => `Common Crawl's terms of use: ${address}`),
    ...(told === 0 ? [] : [`${counted(told, 'warning')}: see report.md`]),
  ].join('\n') + '\n';
}

function counted(count: number, noun: string): string {
  return `${describeCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Up to nine digits in full, then in millions, so that the table keeps its width for corpora of any size. */
function short(count: number): string {
  return count < 1e9 ? describeCount(count) : `${describeCount(count / 1e6)}M`;
}
