/**
 * The note of what one stage dropped from one source: counts by reason, and a sample of each reason's documents with what was measured of them and the
 * beginning of their text, so that a person can look whether the stage is right.
 */
import type { StageLedger } from '../core/ledger.js';
import { describeBytes, describeCount, describePercent, markdownTable, markdownText, plainText } from './table.js';

/** A dropped document, as the run sampled it. */
export interface ShownReject {
  readonly reason: string;
  readonly id: string;
  readonly url: string;
  readonly bytes: number;
  readonly measured: Readonly<Record<string, number | string>>;
  readonly text: string;
}

const CHARACTERS = 500;

/** The whole note. `rejects` are shown in their order, under their reasons, the most frequent reason first. */
export function renderRejects(source: string, { stage, in: into, dropped, edited }: StageLedger, rejects: readonly ShownReject[]): string {
  const reasons = Object.entries(dropped).sort(([a, x], [b, y]) => y.documents - x.documents || (a < b ? -1 : 1));
  const table = markdownTable(
    [{ title: 'reason' }, { title: 'documents', right: true }, { title: 'share of those that came', right: true }, { title: 'text', right: true }],
    reasons.map(([reason, amount]) => [markdownText(reason), describeCount(amount.documents), describePercent(amount.documents, into.documents), describeBytes(amount.bytes)]),
  );
  const total = reasons.reduce((sum, [, { documents }]) => sum + documents, 0);
  return [
    `# What ${markdownText(stage)} dropped from ${markdownText(source)}`,
    `${describeCount(total)} of ${describeCount(into.documents)} documents (${describePercent(total, into.documents)}).`,
    ...(edited === undefined ? [] : [`${describeCount(edited.documents)} documents were kept with changed text: ${describeChange(edited.bytes)}.`]),
    reasons.length === 0 ? 'Nothing was dropped.' : table,
    ...reasons.flatMap(([reason]) => {
      const shown = rejects.filter((reject) => reject.reason === reason);
      return [`## ${markdownText(reason)}`, `${shown.length} documents, chosen by keyed hash.`, ...shown.map((reject, i) => rejectText(i + 1, reject))];
    }),
  ].join('\n\n') + '\n';
}

const describeChange = (bytes: number): string => (bytes >= 0 ? `${describeBytes(bytes)} less` : `${describeBytes(-bytes)} more`);

function rejectText(number: number, { id, url, bytes, measured, text }: ShownReject): string {
  const figures = Object.entries(measured).map(([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toPrecision(4)) : value}`);
  const about = [url, `${describeCount(bytes)} bytes`, ...figures].filter((part) => part !== '').map((part) => markdownText(part)).join(' · ');
  const lines = text.slice(0, CHARACTERS).split('\n').map((line) => line.trim()).filter((line) => line !== '').map((line) => `> ${markdownText(plainText(line, CHARACTERS), CHARACTERS)}  `);
  return [`${number}. ${markdownText(id)}`, '', about, '', ...lines].join('\n');
}
