/**
 * What `sluice audit` prints for a person: the verdict, the figures behind it and what to look at, at most 60 lines of at most 100 columns. The page
 * (audit-page.ts) has the rest. Names and samples are foreign text: made harmless and cut.
 */
import type { Audit } from '../dedup/audit.js';
import { duplicationAnswer } from './audit-answer.js';
import { amount, counted, excerpt, interval, rate, removableBySource, shareOf, similarity } from './audit-numbers.js';
import { describeBytes, describeCount, plainTable, plainText, type TableColumn } from './table.js';

const WIDTH = 100;
/** Lines of each list; `and N more` follows. */
const MOST_SOURCES = 8;
const MOST_CLUSTERS = 5;
const MOST_FAULTS = 3;
const MOST_ALARMS = 3;

const right = (title: string): TableColumn => ({ title, right: true });

/** The same audit gives the same text, ended by a line feed. */
export function renderAuditText(audit: Audit): string {
  return [headText(audit), levelsText(audit), clustersText(audit), sourcesText(audit), findingsText(audit), troubleText(audit)]
    .filter((part) => part !== '').join('\n\n') + '\n';
}

const line = (text: string): string => plainText(text, WIDTH);

function headText(audit: Audit): string {
  const { documents, tokens, bytes, sources, sample } = audit;
  const { answer } = duplicationAnswer(audit);
  return [
    `${counted(documents, 'document')}, ${counted(tokens, 'token')}, ${describeBytes(bytes)} of text in ${
      counted(Object.keys(sources).length, 'source')}`,
    ...(sample === undefined ? []
      : [`drawn: ${describeCount(sample.documents)} of ${describeCount(sample.of)} documents; rates are estimates of them all`]),
    answer,
  ].map(line).join('\n');
}

function levelsText({ exact, near, threshold, lsh }: Audit): string {
  return plainTable(
    [{ title: 'removable' }, right('documents'), right('rate'), right('95 % interval'), right('LSH recall'), right('corrected')],
    [
      ['equal text', describeCount(exact.documents), rate(exact.rate)],
      ...near.map((level) => [
        `similarity >= ${similarity(level.jaccard)}${level.jaccard === threshold ? ' *' : ''}`, describeCount(level.documents), rate(level.rate),
        interval(level.interval), rate(level.lshRecall), rate(level.corrected.rate),
      ]),
    ],
  ) + `\n${line(`* asked for. ${lsh.bands} bands of ${lsh.rows} rows, shingles: ${lsh.shingle}; similarity ${
    lsh.verify === 'exact' ? 'computed from the texts' : 'estimated from signatures'}.`)}`;
}

function clustersText({ clusters: { count, sizes, largest }, redundancy }: Audit): string {
  if (count === 0) return 'No cluster of two documents or more.';
  const shown = largest.slice(0, MOST_CLUSTERS).map(({ size, members, sample }) =>
    [describeCount(size), plainText(members[0]?.source ?? '-', 18), excerpt(sample, 60)]);
  return [
    `${counted(count, 'cluster')} of two documents or more; redundancy ${rate(redundancy)}`,
    plainTable([{ title: 'cluster size' }, right('clusters'), right('documents')],
      sizes.filter(({ clusters }) => clusters > 0).map(({ size, clusters, documents }) => [size, describeCount(clusters), describeCount(documents)])),
    '',
    plainTable([right('largest'), { title: 'source' }, { title: 'begins' }], shown),
  ].join('\n');
}

function sourcesText(audit: Audit): string {
  const names = Object.keys(audit.sources);
  if (names.length < 2) return '';
  const { within, across, mostAcross } = removableBySource(audit);
  const rows = Object.entries(audit.sources).slice(0, MOST_SOURCES).map(([name, { documents, tokens, exact, near }]) =>
    [plainText(name, 30), describeCount(documents), describeCount(tokens), rate(exact.rate), rate(near.rate)]);
  return [
    plainTable([{ title: 'source' }, right('documents'), right('tokens'), right('equal text'), right(`>= ${similarity(audit.threshold)}`)], rows),
    ...(names.length > rows.length ? [`and ${names.length - rows.length} more`] : []),
    line(`${describeCount(within)} repeat a document of their own source, ${describeCount(across)} one of another${mostAcross === undefined ? ''
      : `, most of them ${plainText(mostAcross.from, 18)} in ${plainText(mostAcross.keptIn, 18)}: ${describeCount(mostAcross.documents)}`}`),
  ].join('\n');
}

/** One line each for what else repeats. */
function findingsText(audit: Audit): string {
  const { overlap, urls, paragraphs, lengths, shortDocuments, bytes } = audit;
  const [spike] = lengths;
  return [
    ...(overlap === undefined ? [] : [`overlap      ${amount(overlap.documents)} match one in ${plainText(overlap.against.join(', '), 24)}, and `
      + `${describeCount(overlap.againstDocuments.documents)} there (${rate(overlap.againstDocuments.rate)}) one here`]),
    `addresses    ${amount(urls)} at an address that an earlier one has`,
    `paragraphs   ${describeCount(paragraphs.repeated)} of ${describeCount(paragraphs.paragraphs)} repeat one of another document: `
      + `${describeBytes(paragraphs.repeatedBytes)} (${rate(shareOf(paragraphs.repeatedBytes, bytes))} of the text)`,
    `lengths      ${spike === undefined ? 'no length that strikingly many documents share'
      : `${describeCount(spike.documents)} documents of ${describeCount(spike.bytes)} bytes, where ${spike.expected.toFixed(1)} would be usual: ${
        excerpt(spike.sample, 40)}`}`,
    `short        ${counted(shortDocuments, 'document')} too short for a shingle: compared as a whole only`,
  ].map(line).join('\n');
}

function troubleText({ faults, alarms }: Audit): string {
  const listed = <T>(title: string, all: readonly T[], most: number, text: (one: T) => string): string[] => {
    if (all.length === 0) return [];
    const more = all.length - most;
    return [`${title}:`, ...all.slice(0, most).map((one) => line(`  ${text(one)}`)), ...(more > 0 ? [`  and ${more} more`] : [])];
  };
  return [
    ...listed('Records with faults', faults, MOST_FAULTS, (fault) => `${describeCount(fault.count)} ${fault.lost ? 'lost' : 'repaired'}: ${fault.reason}`),
    ...listed('Look at this before you trust the figures', alarms, MOST_ALARMS, (alarm) => alarm),
  ].join('\n');
}
