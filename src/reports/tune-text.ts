/** A verification in a screen of text, for a terminal: the mixtures, what was measured of them, and the verdict. verify.json has everything. */
import { candidateName, listed, shareText, signedBits, signedEnds, withSpread } from './tune-numbers.js';
import { epochsOf, type TuneReport } from './tune-report.js';
import { answersOf, cautionsOf } from './tune-verdict.js';
import { plainTable, plainText } from './table.js';

export function renderTuneText(report: TuneReport): string {
  const { candidates, budget, targetWeights, seeds, proxy } = report;
  const right = (titles: readonly string[]) => titles.map((title) => ({ title, right: true }));
  const names = candidates.map(({ names: own }) => candidateName(own));
  const mixtures = plainTable([{ title: 'share (epochs)' }, ...right(names)], budget.sources.map(({ source }) => [
    plainText(source, 40), ...candidates.map(({ weights }) => shareCell(report, source, weights[source] ?? 0)),
  ]));
  const targets = Object.keys(targetWeights);
  const losses = plainTable([{ title: 'bits per byte' }, ...right(['weight', ...names])], [
    ...targets.map((target) => [
      plainText(target, 40), shareText(targetWeights[target] ?? 0), ...candidates.map(({ targets: all }) => withSpread(all[target]!.interval)), // of every target, by verify.ts
    ]),
    ['all, weighted', '', ...candidates.map(({ objective }) => withSpread(objective.interval))],
    ['minus UniMax', '', ...candidates.map(({ objective: { delta } }) => (delta === null ? '-' : signedBits(delta.mean)))],
    ['  95 %: draws', '', ...candidates.map(({ objective: { delta } }) => (delta === null ? '-' : signedEnds(delta)))],
    ['  95 %: held out', '', ...candidates.map(({ objective: { heldOut } }) => (heldOut === null ? '-' : signedEnds(heldOut)))],
  ]);
  const words = answersOf(report).map(({ question, answer, details }) => [`${question} ${answer}.`, ...details.map((detail) => `  ${detail}`)].join('\n'));
  const cautions = cautionsOf(report);
  return `${[
    mixtures, losses,
    `Order ${proxy.order} proxies of ${bytes(proxy.trainingBytes)}, seeds ${listed(seeds.map(String))}. `
      + `Draws, and \u00b1: which training documents a seed draws; held out: which documents are measured on.`,
    ...words,
    ...(cautions.length === 0 ? [] : [cautions.map((caution) => `note: ${plainText(caution, 600)}`).join('\n')]),
  ].join('\n\n')}\n`;
}

function shareCell({ budget }: TuneReport, source: string, weight: number): string {
  const epochs = epochsOf(budget, source, weight);
  return epochs === undefined ? shareText(weight) : `${shareText(weight)} (${epochs.toFixed(2)})`;
}

const bytes = (count: number): string => `${(count / 1e6).toFixed(1)} MB`;
