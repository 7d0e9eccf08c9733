/** What to do after an audit: the command that removes what it found, with the audit's settings, and what its figures call for besides. */
import type { Audit } from '../dedup/audit.js';
import { askedLevel, counted, rate, removableBySource, shareOf, similarity } from './audit-numbers.js';
import { plainText } from './table.js';

/** Characters of a command line at most; longer ones, and words that cannot be shown as they are, become placeholders. */
const MOST_COMMAND = 2000;
/** What `sluice dedup` takes where nothing is said. */
const USUAL_SHINGLE = '5 by script';
/** Equal texts are nearly all from this share of the removable documents on. */
const MOSTLY_EQUAL = 0.9;
/** One cluster dominates from this share of the removable documents on. */
const DOMINANT_CLUSTER = 0.1;
/** Repeats across sources matter from this share of the removable documents on. */
const MANY_ACROSS = 0.1;
/** Recurring paragraphs matter from this share of the text on. */
const MUCH_RECURRING = 0.05;

/** A word as a POSIX shell reads it back. */
export function shellQuoted(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll('\'', '\'\\\'\'')}'`;
}

/**
 * The quoted words of the command that removes what the audit counts, by its settings: the same documents, if the data has not changed. `inputs`: the
 * words that named the data on the audit's command line. Without any, placeholders stand for them.
 */
export function dedupCommand({ threshold, lsh, sources, overlap }: Audit, inputs: readonly string[] = []): readonly string[] {
  const settings = [
    '--threshold', String(threshold), ...(lsh.verify === 'exact' ? ['--verify', 'exact'] : []),
    ...(lsh.shingle === USUAL_SHINGLE ? [] : ['--shingle', plainText(lsh.shingle, 40)]),
    '--bands', String(lsh.bands), '--rows', String(lsh.rows), ...(Object.keys(sources).length > 1 ? ['--keep', 'source,longest'] : []),
  ];
  const line = (named: readonly string[]): string[] => ['sluice', 'dedup', ...named, ...settings.map(shellQuoted), '--output', 'DIR'];
  const whole = line(inputs.map(shellQuoted));
  const text = whole.join(' ');
  const shown = inputs.length > 0 && text.length <= MOST_COMMAND && plainText(text, MOST_COMMAND) === text;
  return shown ? whole : line(['PATHS', ...(overlap === undefined ? [] : ['--against', 'OTHER'])]);
}

/** Sentences, the most pressing first; plain text. */
export function adviceOf(audit: Audit): string[] {
  const level = askedLevel(audit);
  const removable = level?.documents ?? 0;
  const { across } = removableBySource(audit);
  const [largest] = audit.clusters.largest;
  const [spike] = audit.lengths;
  const recurring = shareOf(audit.paragraphs.repeatedBytes, audit.bytes) ?? 0;
  const advice: string[] = [];
  if (audit.alarms.length > 0) advice.push('Read the alarms below before you remove anything.');
  if (audit.overlap !== undefined && audit.overlap.documents.documents > 0) {
    const names = plainText(audit.overlap.against.join(', '), 80);
    advice.push(`Take the ${counted(audit.overlap.documents.documents, 'document')} that match ${names} out of the training set: `
      + 'the command does, where it has --against.');
  }
  if (largest !== undefined && largest.size - 1 >= DOMINANT_CLUSTER * removable) {
    advice.push(`Look at the largest cluster first: it holds ${rate(shareOf(largest.size - 1, removable))} of the removable documents. `
      + 'A template is better dropped by a filter.');
  }
  if (removable > 0 && audit.exact.documents >= MOSTLY_EQUAL * removable) {
    advice.push(`${rate(shareOf(audit.exact.documents, removable))} of the removable documents have equal text: `
      + '--methods exact, which is cheaper, takes those out.');
  }
  if (across >= MANY_ACROSS * removable && across > 0) {
    advice.push(`${rate(shareOf(across, removable))} of the removable documents repeat another source: `
      + 'the first named keeps its copy, or say which with --keep source:FIRST:SECOND,longest.');
  }
  if (audit.urls.rate > (level?.rate ?? 0)) {
    advice.push(`More documents share an address (${rate(audit.urls.rate)}) than text: versions of one page, or pages that differ only behind the # of `
      + 'their address. Look at the list; if one version of each is enough, add --methods exact,url,minhash.');
  }
  if (recurring >= MUCH_RECURRING) {
    advice.push(`${rate(recurring)} of the text is paragraphs that also stand in another document: menus, notices and quotations, `
      + 'which removing whole documents leaves. To cut those out, add --methods exact,minhash,paragraphs.');
  }
  if (spike !== undefined) {
    advice.push('Look at the lengths that many documents share: pages made from one template are often no near-duplicates of one another.');
  }
  if (removable > 0 && audit.sample === undefined) {
    advice.push(`Too much or too little? At a similarity of ${similarity(audit.threshold)} look at the differences of the largest clusters; `
      + 'raise the threshold where they matter.');
  }
  return advice;
}
