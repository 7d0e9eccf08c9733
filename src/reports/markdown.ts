/**
 * report.md: the account of a run for a person, in plain Markdown. One function per section, in the order of the flow; a section without
 * anything to say says so, because its absence would be read as "not looked at".
 */
import { contaminationSection } from './contamination.js';
import { duplicatesSection } from './duplicates.js';
import { funnelTable, reasonTable, type Table } from './funnel.js';
import { countedText, intervalText } from './mixture-counted.js';
import type { DecisionSummary, FaultSummary, ModelSummary, ReportData } from './report-data.js';
import { describeBytes, describeCount, markdownTable, markdownText, describePercent, type TableColumn } from './table.js';

/** Places shown per kind of fault. */
const PLACES = 3;

const right = (title: string): TableColumn => ({ title, right: true });

/** The whole report. The same data gives the same text: it holds no time of day and no machine. */
export function renderReport(data: ReportData): string {
  const { manifest, ledger } = data;
  const sections: readonly (readonly [title: string, body: string])[] = [
    ['What was run', whatWasRun(data)],
    ['Funnel', tableOf(funnelTable(ledger))],
    ['Reasons', `${tableOf(reasonTable(ledger), 'Nothing was dropped.')}\n\nA sample of what each stage dropped: \`rejects/\`.`],
    ['Duplicates', data.duplicates === undefined ? 'The recipe has no dedup: duplicates were kept.' : duplicatesSection(data.duplicates)],
    ['Decontamination', data.contamination === undefined ? 'The recipe has no decontaminate: nothing was compared with benchmarks.' : contaminationSection(data.contamination)],
    ['Quality model', modelsText(data.models)],
    ...(data.decisions.length === 0 ? [] : [['Decisions by whole sources', decisionsText(data.decisions)] as const]),
    ['Mixture', mixtureText(data)],
    ['Corpus files', filesText(data)],
    ['Faults', faultsText(data.faults)],
    ['Warnings', listOf([...data.mixture.warnings, ...data.warnings], 'None.')],
    ['Asking about one document', whyText(data.directory)],
  ];
  return [`# ${markdownText(manifest.recipe.name)}`, ...sections.map(([title, body]) => `## ${title}\n\n${body}`)].join('\n\n') + '\n';
}

function tableOf({ columns, rows }: Table, empty = 'Nothing was read.'): string {
  return rows.length === 0 ? empty : markdownTable(columns, rows.map((cells) => cells.map((cell) => markdownText(cell))));
}

function listOf(lines: readonly string[], empty: string): string {
  return lines.length === 0 ? empty : lines.map((line) => `- ${markdownText(line, 2000)}`).join('\n');
}

function whatWasRun({ manifest: { recipe, version, seed, crawls = [], digest } }: ReportData): string {
  return markdownTable([{ title: '' }, { title: '' }], [
    ['recipe', markdownText(recipe.name)], ['fingerprint', `\`${recipe.fingerprint}\``],
    ['seed', String(seed)], ['sluice', markdownText(version)],
    ...crawls.map(({ source, crawl, shards }) => ['crawl', `${describeCount(shards)} shard${shards === 1 ? '' : 's'} of ${markdownText(crawl)}, as ${markdownText(source)}`]),
    ...[...new Set(crawls.map(({ termsOfUse }) => termsOfUse))].map((address) => ["Common Crawl's terms of use", `<${address}>`]),
    ['corpus digest', `\`${digest}\``],
  ]);
}

function modelsText(models: readonly ModelSummary[]): string {
  return tableOf({
    columns: [{ title: 'model' }, right('positive'), right('negative'), right('held out'), right('F1'), right('AUC'), right('F1 at equal lengths')],
    rows: models.map(({ name, trained }) => (trained === undefined ? [name, 'from a file', '-', '-', '-', '-', '-']
      : [name, describeCount(trained.positive), describeCount(trained.negative), describeCount(trained.heldOut), trained.f1.toFixed(4), trained.auc.toFixed(4), trained.f1OfPieces.toFixed(4)])),
  }, 'The recipe declares no model.');
}

function decisionsText(decisions: readonly DecisionSummary[]): string {
  return tableOf({
    columns: [{ title: 'source' }, { title: 'stage' }, right('documents'), right('kept'), right('share'), { title: 'rule' }],
    rows: decisions.map(({ source, stage, documents, kept, solved }) => [source, stage, describeCount(documents), describeCount(kept), describePercent(kept, documents), solved]),
  });
}

function mixtureText({ mixture, manifest, sizes: { counted, available } }: ReportData): string {
  const { unit } = mixture;
  const written = manifest.sources.reduce((sum, { size }) => sum + size, 0);
  const ratios = manifest.sources.map(({ name, bytesPerToken }) => [name, available[name]?.sampled?.bytesPerToken ?? bytesPerToken] as const);
  const interval = intervalText(available, describeCount);
  return [
    `Asked for: ${describeCount(mixture.budget)} ${unit}. Written: ${describeCount(written)}. ${markdownText(countedText(counted, ratios), 2000)}${interval === undefined ? '' : ` ${markdownText(interval, 2000)}`}`,
    tableOf({
      columns: [
        { title: 'source' }, right('bytes a token'), right(`available ${unit}`), right('quota'), right('written'),
        right('requested weight'), right('realised weight'), right('epochs'), right('documents'),
      ],
      rows: manifest.sources.map((source) => {
        const quota = mixture.sources.find((one) => one.source === source.name);
        return [
          source.name, source.bytesPerToken.toFixed(2), describeCount(quota?.available ?? 0), describeCount(quota?.quota ?? 0),
          describeCount(source.size), describePercent(source.requestedWeight), describePercent(source.realisedWeight), source.epochs.toFixed(3),
          describeCount(source.documents),
        ];
      }),
    }),
  ].join('\n\n');
}

function filesText({ manifest: { corpus } }: ReportData): string {
  return tableOf({
    columns: [{ title: 'file' }, right('documents'), right('stored'), right('text and fields'), { title: 'sha256' }],
    rows: corpus.map(({ path, documents, bytes, plainBytes, sha256 }) => (
      [path, describeCount(documents), describeBytes(bytes), describeBytes(plainBytes), sha256])),
  }, 'None.');
}

function faultsText(faults: readonly FaultSummary[]): string {
  if (faults.length === 0) return 'None.';
  const sorted = [...faults].sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : a.reason > b.reason ? 1 : a.source < b.source ? -1 : 1));
  return sorted.map(({ source, reason, lost, count, places }) => [
    `- ${describeCount(count)} ${lost ? 'lost' : 'repaired'}: ${markdownText(reason)} in ${markdownText(source)}`,
    ...places.slice(0, PLACES).map(({ shard, offset, inner, detail }) => (
      `  - ${markdownText(shard)}, byte ${offset}${inner === 0 ? '' : `, ${inner} inside the member`}: ${markdownText(detail)}`)),
  ].join('\n')).join('\n');
}

function whyText(directory: string): string {
  const quoted = /^[\w./-]+$/.test(directory) ? directory : `'${directory.replaceAll('\'', '\'\\\'\'')}'`;
  const command = `sluice why ${quoted} DOCUMENT-ID`.replace(/[\p{Cc}\p{Cf}]/gu, '\u{FFFD}');
  return `For any document that was read, kept or dropped: why, and its text from the input.\n\n    ${command}\n\n`
    + 'All decisions: `decisions/*.parquet`, one row a document, for DuckDB or pandas.';
}
