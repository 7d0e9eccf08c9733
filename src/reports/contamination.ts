/**
 * What decontamination did, for a person: the report's section and the table that `sluice decontaminate` ends with. Figures come from the phases; nothing is
 * counted here.
 */
import { noTextLines } from './no-text.js';
import type { ContaminationSummary, ReportData } from './report-data.js';
import { describeCount, describePercent, markdownTable, markdownText, plainTable, plainText, type TableColumn } from './table.js';

const right = (title: string): TableColumn => ({ title, right: true });

/** N-grams and documents that the report shows; the manifest has more. */
const SHOWN = 10;

/** Paragraphs and tables in Markdown. */
export function contaminationSection(summary: ContaminationSummary): string {
  const { rule, scanned, documents, split, bytes, rejoined, benchmarks, ignored, top, rescanned } = summary;
  return [
    `Looked for: runs of ${rule.ngram} words, and passages of ${rule.leastWords} to ${rule.ngram - 1} words as a whole, ${describeCount(summary.ngrams)} different ones. In ${describeCount(scanned.documents)} `
      + `documents ${describeCount(summary.matched)} of them were found and taken out. Found and ignored, since more than ${describeCount(rule.mostDocuments)} documents hold each: ${describeCount(ignored)}.`,
    `${describeCount(documents.touched)} documents held some: ${describeCount(documents.cut)} were cut, ${describeCount(documents.dropped)} dropped (${describeCount(split)} split into more than ${rule.mostPieces} pieces, `
      + `of the others no piece of ${rule.leastPiece} characters was left). ${describeCount(bytes)} bytes of text went.`
      + (rejoined === 0 ? '' : ` In ${describeCount(rejoined)} of them putting pieces together made another one, which was cut, too.`),
    markdownTable(
      [{ title: 'benchmark' }, right('items'), right('touched'), right('share'), right('n-grams'), right('matched'), right('ignored'), right('documents'), right('cut'), right('dropped')],
      benchmarks.map((one) => benchmarkCells(one).map((cell) => markdownText(cell))),
    ),
    ...shortItems(benchmarks),
    ignored === 0 ? 'No n-gram was ignored.' : [
      `Ignored n-grams${summary.ignored > SHOWN ? `, the ${SHOWN} that most documents hold` : ''}:`, '',
      markdownTable([{ title: 'n-gram' }, right('documents'), { title: 'benchmarks' }], summary.ignoredTop.slice(0, SHOWN).map(({ text, documents: held, benchmarks: of }) => (
        [markdownText(text, 200), describeCount(held), markdownText(of.join(', '))]))),
    ].join('\n'),
    top.length === 0 ? 'No document held any.' : [
      `Documents that held n-grams${documents.touched > SHOWN ? `, the ${SHOWN} with most of them` : ''}, and the longest run in each:`, '',
      markdownTable([{ title: 'document' }, { title: 'source' }, { title: 'benchmarks' }, right('n-grams'), { title: 'verdict' }, { title: 'longest run' }], top.slice(0, SHOWN).map((one) => [
        markdownText(one.id), markdownText(one.source), markdownText(one.benchmarks.join(', ')), describeCount(one.ngrams), one.dropped ? 'dropped' : 'cut', markdownText(one.text, 300)])),
    ].join('\n'),
    `The corpus was read back: ${describeCount(rescanned.documents)} documents, ${describeCount(rescanned.bytes)} bytes of text, hold none of the n-grams that are not ignored.`,
  ].join('\n\n');
}

function benchmarkCells({ name, items, touched, ngrams, matched, ignored, documents }: ContaminationSummary['benchmarks'][number]): string[] {
  return [
    name, describeCount(items), describeCount(touched), describePercent(touched, items), describeCount(ngrams), describeCount(matched), describeCount(ignored), describeCount(documents.touched),
    describeCount(documents.cut), describeCount(documents.dropped),
  ];
}

/** A sentence where items could not be compared. */
function shortItems(benchmarks: ContaminationSummary['benchmarks']): string[] {
  const short = benchmarks.filter(({ items, comparable }) => comparable < items);
  if (short.length === 0) return [];
  return [`Too short to be looked for: ${short.map(({ name, items, comparable }) => `${describeCount(items - comparable)} items of ${markdownText(name)}`).join(', ')}.`];
}

/** The end of `sluice decontaminate`: what was found of each benchmark, and what became of the documents. At most 100 columns wide. */
export function renderContamination({ manifest, contamination, faults, warnings, directory }: ReportData): string {
  if (contamination === undefined) throw new Error('a run without decontamination has no such table');
  const { benchmarks, documents, rescanned, ignored, rule } = contamination;
  const table = plainTable(
    [{ title: 'benchmark' }, right('items'), right('touched'), right('share'), right('n-grams'), right('matched'), right('documents'), right('cut'), right('dropped')],
    benchmarks.map((one) => {
      const cells = benchmarkCells({ ...one, name: plainText(one.name, 18) });
      return [...cells.slice(0, 6), ...cells.slice(7)];
    }),
  );
  const lost = faults.filter((fault) => fault.lost).reduce((total, { count }) => total + count, 0);
  const written = manifest.sources.reduce((all, one) => all + one.documents, 0);
  return [
    table, '',
    `${counted(documents.touched, 'document')} held passages of benchmarks: ${describeCount(documents.cut)} cut, ${describeCount(documents.dropped)} dropped, ${describeCount(contamination.bytes)} bytes of text gone`,
    ...(ignored === 0 ? [] : [`${counted(ignored, 'n-gram')} in more than ${describeCount(rule.mostDocuments)} documents ignored: see report.md`]),
    `${counted(written, 'document')} in ${counted(manifest.corpus.length, 'file')} of corpus/, digest ${manifest.digest.slice(0, 16)}`,
    `read back: ${counted(rescanned.documents, 'document')}, no passage left`,
    ...noTextLines(faults),
    ...(lost === 0 ? [] : [`${counted(lost, 'record')} lost to faults: see report.md`]),
    ...warnings.slice(0, MOST_WARNINGS).map((warning) => `warning: ${plainText(warning, 91)}`),
    ...(warnings.length > MOST_WARNINGS ? [`and ${warnings.length - MOST_WARNINGS} more warnings: see report.md`] : []),
    ...(documents.touched === 0 ? [] : [`what a document held: sluice why ${plainText(directory)} ID`]),
  ].join('\n') + '\n';
}

const MOST_WARNINGS = 5;

const counted = (count: number, noun: string): string => `${describeCount(count)} ${noun}${count === 1 ? '' : 's'}`;
