/**
 * `sluice why`: why a document was kept or dropped, from the decision records, and its text, from the input it came from. Of a duplicate also the
 * document that was kept instead, how similar the two are, and where they differ.
 */
import { resolve } from 'node:path';
import { Command } from 'commander';
import type { ParquetRecord } from '../../formats/parquet-reader.js';
import type { Plan } from '../../pipeline/plan.js';
import { plainText } from '../../reports/table.js';
import { hunkLine } from '../../reports/text-diff.js';
import { duplicateEvidence, type DuplicateEvidence, type TextDifference } from '../duplicate-evidence.js';
import { findDecisions, readDecidedText } from '../run-documents.js';
import { readPlan } from '../run-folder.js';

interface Options {
  readonly text: boolean;
  readonly diff: boolean;
  readonly json?: true;
}

export function whyCommand(): Command {
  return new Command('why')
    .description('say why a document was kept or dropped, how a duplicate differs from the kept one, and show its text from the input')
    .argument('<dir>', "the run's output folder")
    .argument('<document-id>', 'as in the corpus and in decisions/*.parquet')
    .option('--no-text', 'leave out the text')
    .option('--no-diff', 'leave out what tells a duplicate from the kept document: neither text is read for it')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  $ sluice why output/quickstart samples/books/moby-dick-001.txt')
    .action(why);
}

async function why(dir: string, id: string, { text: wantsText, diff: wantsDiff, json }: Options): Promise<void> {
  const directory = resolve(dir);
  const plan = readPlan(directory);
  const found = await findDecisions(directory, id);
  for (const decision of found) {
    const wantsEvidence = wantsDiff && isPresent(decision['keptId']);
    const text = wantsText || wantsEvidence ? await textOf(plan, decision) : undefined;
    const evidence = wantsEvidence && text instanceof Uint8Array ? await duplicateEvidence(plan, directory, decision, text) : undefined;
    const shown = wantsText ? (text instanceof Uint8Array ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(text) : text) : undefined;
    if (json === true) process.stdout.write(`${JSON.stringify({ ...decision, ...evidence, ...(shown === undefined ? {} : { text: shown }) })}\n`);
    else process.stdout.write(`${describe(decision, evidence, wantsEvidence)}${shown === undefined ? '' : `\n${shown}\n`}\n`);
  }
}

/** The text's bytes, or a sentence where a lost record has none. */
async function textOf(plan: Plan, decision: ParquetRecord): Promise<Uint8Array | string> {
  try {
    return await readDecidedText(plan, decision);
  } catch (error) {
    if (decision['stage'] !== 'read') throw error;
    return `(the record could not be read, so it has no text: ${error instanceof Error ? error.message : String(error)})`;
  }
}

const isPresent = (value: unknown): boolean => value !== null && value !== undefined && !Number.isNaN(value);

function describe(decision: ParquetRecord, evidence: DuplicateEvidence | undefined, wantsEvidence: boolean): string {
  const { id, source, shard, offset, inner, stage, reason, copies, keptId, keptSource, jaccard, exactJaccard, method, cluster, cutParagraphs, cutBytes, cutText, contaminatedBy, matchedNgrams, matchedText, cleanedBytes, cleanedPieces, ...measured } = decision;
  const lines: [name: string, value: string][] = [
    ['document', String(id)],
    ['source', String(source)],
    ['place', `${String(shard)}, byte ${String(offset)}${inner === 0 ? '' : ` + ${String(inner)} in the inflated member`}`],
    ['verdict', isPresent(reason) ? `dropped by ${String(stage)}: ${String(reason)}` : `kept, ${String(copies)} ${copies === 1 ? 'copy' : 'copies'} in the corpus`],
  ];
  if (isPresent(keptId)) {
    const exact = isPresent(exactJaccard) ? exactJaccard : evidence?.exactJaccard;
    lines.push(['kept', `${String(keptId)} instead: ${similarityText(String(method), jaccard, exact)}, cluster ${String(cluster)}`]);
    lines.push(['kept from', evidence === undefined ? String(keptSource) : `${evidence.kept.source}, ${evidence.kept.shard}`]);
  }
  if (isPresent(cutParagraphs)) {
    lines.push(['cut', `${String(cutParagraphs)} repeated paragraph${cutParagraphs === 1 ? '' : 's'} of ${String(cutBytes)} bytes, first "${plainText(String(cutText))}"`]);
  }
  if (isPresent(contaminatedBy)) {
    lines.push(['benchmarks', `${String(contaminatedBy)}: ${String(matchedNgrams)} n-gram${matchedNgrams === 1 ? '' : 's'}, the longest run "${plainText(String(matchedText), 400)}"`]);
    lines.push(['taken out', `${String(cleanedBytes)} bytes, split into ${String(cleanedPieces)} piece${cleanedPieces === 1 ? '' : 's'}`]);
  }
  for (const [name, value] of Object.entries(measured)) {
    if (isPresent(value) && value !== '') lines.push([name, typeof value === 'number' ? String(Number(value.toPrecision(6))) : String(value)]);
  }
  if (wantsEvidence) lines.push(['difference', differenceLine(evidence)]);
  const width = Math.max(...lines.map(([name]) => name.length)) + 2;
  return `${[...lines.map(([name, value]) => name.padEnd(width) + value), ...(evidence?.difference?.hunks ?? []).map((hunk) => `  at ${hunk.at}: ${hunkLine(hunk)}`)].join('\n')}\n`;
}

/** `Jaccard 0.884 (estimated), 0.891 (exact)`; equal texts and addresses are named as what they are. */
function similarityText(method: string, estimated: unknown, exact: unknown): string {
  if (method === 'exact') return 'equal normalised text';
  const figures = [...(isPresent(estimated) ? [`${Number(estimated).toFixed(3)} (estimated)`] : []), ...(isPresent(exact) ? [`${Number(exact).toFixed(3)} (exact)`] : [])];
  const similarity = figures.length === 0 ? [] : [`Jaccard ${figures.join(', ')}`];
  return [...(method === 'url' ? ['equal normalised address'] : []), ...similarity].join(', ');
}

function differenceLine(evidence: DuplicateEvidence | undefined): string {
  if (evidence === undefined) return 'unknown: the kept document is not among the inputs any more';
  return evidence.difference === undefined ? 'unknown: the index has no texts (that of a run with verify: exact has)' : differenceText(evidence.difference);
}

/** Marks instead of colours, as wdiff has them, so that it can be read anywhere. */
function differenceText({ places, hunks, left }: TextDifference): string {
  const cut = left[0] + left[1] === 0 ? '' : `; ${left[0]} and ${left[1]} characters behind them were not compared`;
  if (places === 0) return `none: the texts are equal${cut}`;
  const shown = hunks.length === places ? '' : `, the first ${hunks.length} of them here`;
  return `in ${places} place${places === 1 ? '' : 's'}${shown}, [-only in the kept one-] {+only in this one+}${cut}`;
}
