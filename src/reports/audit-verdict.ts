/**
 * What a person wants to know of an audit first: how duplicated the data is, where, whether that is much, and whether the figures can be trusted.
 * Answers are sentences made from the audit's figures by stated limits, rules of thumb set between the shares that the literature reports.
 */
import type { Audit } from '../dedup/audit.js';
import { duplicationAnswer, type Answer } from './audit-answer.js';
import { amount, askedLevel, counted, interval, rate, removableBySource, shareOf, similarity } from './audit-numbers.js';
import { describeCount, plainText } from './table.js';

export interface Verdict extends Answer {
  readonly question: string;
  readonly details: readonly string[];
}

/**
 * Shares of documents that have a duplicate in the same set, smallest first. Near-duplicates: Lee et al. 2021, "Deduplicating Training Data Makes
 * Language Models Better", table 2 (training sets). Equal texts: Elazar et al. 2023, "What's In My Big Data?".
 */
export const LITERATURE = [
  { name: 'Wiki-40B', share: 0.0039, text: '0.39 %', paper: 'Lee et al. 2021', kind: 'near' },
  { name: 'C4', share: 0.0304, text: '3.04 %', paper: 'Lee et al. 2021', kind: 'near' },
  { name: 'LM1B', share: 0.0486, text: '4.86 %', paper: 'Lee et al. 2021', kind: 'near' },
  { name: 'RealNews', share: 0.1363, text: '13.63 %', paper: 'Lee et al. 2021', kind: 'near' },
  { name: 'RedPajama', share: 0.5, text: 'about 50 %', paper: 'Elazar et al. 2023', kind: 'equal' },
  { name: 'The Pile', share: 0.6, text: 'over 60 %', paper: 'Elazar et al. 2023', kind: 'equal' },
] as const;

/** From this expected recall on, what the LSH missed is not worth a warning. */
const GOOD_RECALL = 0.97;
/** Lost records matter from this share of all records on. */
const MUCH_LOST = 0.01;
/** An overlap below this share of what is tested with moves a score less than chance does. */
const SMALL_OVERLAP = 0.001;
/** Wider intervals than this share of the rate say little. */
const WIDE_INTERVAL = 0.5;

/** Share of the documents that lie in a cluster of two or more, at the asked similarity. */
export function duplicatedShare({ clusters: { sizes }, documents }: Audit): number {
  const duplicated = sizes.reduce((sum, size) => sum + (size.size === '1' ? 0 : size.documents), 0);
  return shareOf(duplicated, documents) ?? 0;
}

export function verdictsOf(audit: Audit): readonly Verdict[] {
  if (audit.documents === 0) return [howMuch(audit)];
  return [howMuch(audit), where(audit), usual(audit), ...(audit.overlap === undefined ? [] : [leak(audit, audit.overlap)]), trust(audit)];
}

function howMuch(audit: Audit): Verdict {
  const { documents, exact, near, clusters: { count, largest }, sample } = audit;
  const level = askedLevel(audit);
  const question = 'How duplicated is it?';
  const head = { question, ...duplicationAnswer(audit) };
  if (documents === 0 || level === undefined) return { ...head, details: ['Check the paths and the name of the text field.'] };
  if (level.documents === 0) return { ...head, details: [`${counted(documents, 'document')} compared; none repeats another.`] };
  const [loosest, strictest] = [near[0] ?? level, near.at(-1) ?? level];
  return {
    ...head,
    details: [
      sample === undefined ? `${describeCount(level.documents)} of ${counted(documents, 'document')} found removable: each repeats one that would be kept.`
        : `Some ${describeCount(level.documents)} of ${counted(documents, 'document')} are removable, by what the drawn ones resemble.`,
      `${describeCount(exact.documents)} of them (${rate(exact.rate)} of all documents) have the very text of another; the others are near-copies.`,
      `As found, from ${rate(strictest.rate)} at a similarity of ${similarity(strictest.jaccard)} to ${rate(loosest.rate)} at ${similarity(loosest.jaccard)}.`,
      ...(largest[0] === undefined ? [] : [`${counted(count, 'cluster')} of two or more; the largest has ${counted(largest[0].size, 'document')}.`]),
    ],
  };
}

/** A source is named where its rate is so many times that of all. */
const STANDS_OUT = 1.5;

function where(audit: Audit): Verdict {
  const { within, across, mostAcross } = removableBySource(audit);
  const sources = Object.entries(audit.sources);
  const question = 'Which sources?';
  if (within + across === 0) return { question, tone: 'good', answer: 'None', details: ['No source has a removable document.'] };
  const details = [...sources].sort(([, a], [, b]) => b.near.rate - a.near.rate).slice(0, 4)
    .map(([name, { near }]) => `${plainText(name, 40)}: ${rate(near.rate)} removable (${counted(near.documents, 'document')}).`);
  if (sources.length === 1) return { question, tone: 'plain', answer: 'There is one source', details };
  if (sources.length > 4) details.push(`${sources.length - 4} more sources: see the matrix.`);
  details.push(`${describeCount(within)} repeat a document of their own source, ${describeCount(across)} one of another source.`);
  if (mostAcross !== undefined) {
    const { from, keptIn, documents } = mostAcross;
    details.push(`Across sources, most are in ${plainText(from, 40)} and repeat ${plainText(keptIn, 40)} (${describeCount(documents)}).`);
  }
  const [worst, worstNear] = sources.reduce((a, b) => (b[1].near.documents > a[1].near.documents ? b : a));
  const most = (shareOf(worstNear.near.documents, within + across) ?? 0);
  const usualRate = shareOf(within + across, audit.documents) ?? 0;
  const answer = most >= 0.5 ? `Mostly ${plainText(worst, 40)}: ${rate(most)} of the removable documents`
    : 'Several: no source has half of the removable documents';
  return { question, tone: across > within || worstNear.near.rate > STANDS_OUT * usualRate ? 'check' : 'plain', answer, details };
}

function usual(audit: Audit): Verdict {
  const share = duplicatedShare(audit);
  const below = LITERATURE.filter((one) => one.share <= share).at(-1);
  const above = LITERATURE.find((one) => one.share > share);
  const named = ({ name, text }: (typeof LITERATURE)[number]): string => `${name} (${text})`;
  const bounds = [...(below === undefined ? [] : [`more than ${named(below)}`]), ...(above === undefined ? [] : [`less than ${named(above)}`])].join(', ');
  return {
    question: 'Is that much, for a training set?',
    tone: share < 0.05 ? 'good' : share < 0.5 ? 'check' : 'bad',
    answer: `${bounds[0]!.toUpperCase()}${bounds.slice(1)}`, // one of the two there always is
    details: [
      `${rate(share)} of the documents have a duplicate here: as in those figures, all documents of a cluster count, also the one that would stay.`,
      'Other corpora were measured with other settings, so compare the order of magnitude.',
      'A corpus may repeat good sources on purpose, as the Pile does: then the rate is no fault.',
    ],
  };
}

function leak(audit: Audit, { against, documents, againstDocuments }: NonNullable<Audit['overlap']>): Verdict {
  const names = plainText(against.join(', '), 40);
  const none = againstDocuments.documents + documents.documents === 0;
  return {
    question: `Does it overlap with ${names}?`,
    tone: none ? 'good' : againstDocuments.rate < SMALL_OVERLAP ? 'check' : 'bad',
    answer: none ? 'No overlap found' : `Yes: ${rate(againstDocuments.rate)} of the documents of ${names}`,
    details: [
      `${counted(againstDocuments.documents, 'document')} of ${names} (${rate(againstDocuments.rate)}) match one of the audited ones.`,
      `${amount(documents, 'audited document')} match one there, at a similarity of ${similarity(audit.threshold)}.`,
      'A model that is trained on what it is tested with looks better than it is.',
      'Over 4 % of the validation sets of usual corpora are in their training sets (Lee et al. 2021).',
    ],
  };
}

function verification({ lsh, sample }: Audit): string {
  if (sample !== undefined) {
    return `${counted(sample.documents, 'document')} drawn of ${describeCount(sample.of)}, and compared with all of them. The interval covers the draw.`;
  }
  return lsh.verify === 'exact' ? 'Every near-duplicate was checked on the texts themselves: none below the similarity counts.'
    : 'Similarities are estimates from signatures: some documents a little below the similarity count, and some a little above do not.';
}

function trust(audit: Audit): Verdict {
  const { alarms, faults, shortDocuments, documents } = audit;
  const level = askedLevel(audit);
  const lost = faults.reduce((sum, fault) => sum + (fault.lost ? fault.count : 0), 0);
  const empty = Object.entries(audit.sources).filter(([, source]) => source.documents === 0);
  const wide = level !== undefined && level.documents > 0 && level.interval[1] - level.interval[0] > WIDE_INTERVAL * level.corrected.rate;
  const problems = [
    ...(level !== undefined && level.lshRecall < GOOD_RECALL ? ['the LSH misses part of the pairs'] : []),
    ...(wide ? ['the interval is wide'] : []),
    ...(alarms.length > 0 ? [counted(alarms.length, 'alarm')] : []),
    ...(lost > MUCH_LOST * (documents + lost) ? [`${counted(lost, 'record')} lost`] : []),
    ...empty.map(([name]) => `nothing read of ${plainText(name, 40)}`).slice(0, 3),
  ];
  return {
    question: 'Can these figures be trusted?',
    tone: problems.length === 0 ? 'good' : 'check',
    answer: problems.length === 0 ? 'Yes: nothing unusual' : `Look first: ${problems.join(', ')}`,
    details: [
      ...(level === undefined ? [] : [`The LSH is expected to find ${rate(level.lshRecall)} of what is removable at ${similarity(level.jaccard)}; `
        + `with the rest, the rate is ${rate(level.corrected.rate)} (95 %: ${interval(level.interval)}).`]),
      verification(audit),
      ...(shortDocuments === 0 ? []
        : [`${amount({ documents: shortDocuments, rate: shortDocuments / documents })} too short for a shingle: of those, only equal texts are found.`]),
      lost === 0 ? 'No record was lost.' : `${counted(lost, 'record')} lost, in no figure: see faults.`,
      ...(empty.length === 0 ? [] : ['Where nothing was read, check the path and --text-field.']),
    ],
  };
}
