/** A planned mixture for a terminal: what each source gives, when it passes 1, 4 and 16 epochs, how filters and deduplication moved its share, and what to know. */
import type { WeightRule } from '../mixture/rules.js';
import type { MixtureUnit } from '../mixture/unit.js';
import { MILESTONES, REPETITION_DECAY } from '../mixture/value.js';
import { countedText, intervalText } from './mixture-counted.js';
import type { MixtureNumbers } from './mixture-numbers.js';
import { describePercent, plainTable, plainText, type TableColumn, type TableRow } from './table.js';

const right = (title: string): TableColumn => ({ title, right: true });

/** Lines of text, ended by a line feed; at most 110 columns wide but for names and warnings. */
export function renderMixture(mixture: MixtureNumbers): string {
  const { recipe, unit, budget, planned, worth, rule, sources, warnings } = mixture;
  const size = (value: number): string => describeSize(value, unit);
  const isRealised = sources.some(({ realised }) => realised !== undefined);
  const asked = budget === planned ? size(planned) : `${size(planned)} of the ${size(budget)} asked for`;
  return [
    `${plainText(recipe)}: ${asked}${unit === 'bytes' ? '' : ` ${unit}`}, ${ruleText(rule)}`, '',
    plainTable([
      { title: 'source' }, right('available'), right('of all'), right('requested'), right('planned'), ...(isRealised ? [right('realised')] : []), right('gives'), right('epochs'), right('up-sampled'), right('worth'), right('of it'),
    ], [
      ...sources.map((source): TableRow => [
        plainText(source.source, 18), size(source.available.size), describePercent(source.sizeShare), describePercent(source.requestedWeight), describePercent(source.plannedWeight),
        ...(source.realised === undefined ? [] : [describePercent(source.realised.weight)]),
        size(source.quota), source.epochs.toFixed(3), source.upSampling === null ? '-' : `${source.upSampling.toFixed(2)}x`, size(source.worth), describePercent(source.worthShare),
      ]),
      ['all', size(sources.reduce((sum, { available }) => sum + available.size, 0)), '', '', '', ...(isRealised ? [''] : []), size(planned), '', '', size(worth), describePercent(worth, planned)],
    ]),
    '',
    `At these weights a source passes 1, 4 and 16 epochs where the corpus has so many ${unit}:`, '',
    plainTable([{ title: 'source' }, ...MILESTONES.map((epochs) => right(`${epochs} epoch${epochs === 1 ? '' : 's'}`))], sources.map(({ source, passes }): TableRow => [
      plainText(source, 18), ...MILESTONES.map((epochs) => passes[`${epochs}`]).map((at) => (at === null ? 'never' : size(at))),
    ])),
    ...shareLines(mixture), '',
    ...notes(mixture),
    ...(warnings.length === 0 ? [] : ['', 'Warnings:', ...warnings.map((warning) => `- ${plainText(warning, 2000)}`)]),
  ].join('\n') + '\n';
}

/** Four digits and a power: 410B of tokens, 1.5 GB of bytes. */
export function describeSize(value: number, unit: MixtureUnit): string {
  const [power, symbol] = POWERS.find(([least]) => value >= least) ?? [1, ''];
  const digits = String(Number((value / power).toPrecision(4)));
  if (unit === 'bytes') return `${digits} ${symbol === 'B' ? 'G' : symbol}B`;
  return `${digits}${symbol}`;
}

const POWERS: readonly (readonly [number, string])[] = [[1e12, 'T'], [1e9, 'B'], [1e6, 'M'], [1e3, 'k']];

export function ruleText(rule: WeightRule): string {
  switch (rule.kind) {
    case 'given': return 'by the weights given';
    case 'proportional': return 'in proportion to size';
    case 'temperature': return `by size at temperature ${rule.temperature}`;
    case 'epochs': return 'by size times the epochs given';
    case 'unimax': return 'by UniMax';
    case 'preset': return `by the weights of ${rule.preset}`;
  }
}

function shareLines({ sources, sharesOf }: MixtureNumbers): string[] {
  const rows = sources.flatMap(({ source, shares, documentsPerKept, epochsWithDuplicates, plannedWeight }): TableRow[] => (shares === undefined ? [] : [[
    plainText(source, 18), describePercent(shares.read), describePercent(shares.filtered), describePercent(shares.available), describePercent(plannedWeight),
    documentsPerKept?.toFixed(3) ?? '-', epochsWithDuplicates?.toFixed(3) ?? '-',
  ]]));
  if (rows.length === 0) return [];
  return ['', `Share of all ${sharesOf === 'tokens' ? 'tokens, estimated from bytes' : sharesOf}: as read, behind the filters, and with what deduplication left;`, 'documents behind the filters for each that is left to mix, and how often a text would be read on the mean had they all stayed:', '', plainTable([
    { title: 'source' }, right('as read'), right('after filters'), right('left to mix'), right('planned'), right('documents for one'), right('epochs with all'),
  ], rows)];
}

function notes({ unit, counted, bytesPerToken, deduplicated, sources }: MixtureNumbers): string[] {
  const interval = intervalText(Object.fromEntries(sources.map(({ source, available }) => [source, available])), (size) => describeSize(size, unit));
  const repeated = sources.some(({ epochs }) => epochs > 1);
  return [
    countedText(counted, sources.map(({ source, available }) => [source, available.sampled?.bytesPerToken ?? bytesPerToken[source]!])), // of every source
    ...(interval === undefined ? [] : [interval]),
    ...(repeated ? [`Worth: what repeated ${unit} are worth in fresh ones, U + U R* (1 - exp(-R / R*)) of U read R + 1 times, R* = ${REPETITION_DECAY} (Muennighoff et al. 2023).`] : []),
    ...(deduplicated || counted.by === 'declared' ? [] : ['Duplicates are not removed: a text that is there k times is read k times as often as the epochs say.']),
  ];
}
