/**
 * What a MinHash setting finds, in figures and words: `sluice plan` prints it before a run and report.md keeps it, because papers write bands and rows
 * in either order and a setting read the wrong way round finds nothing.
 */
import { candidateProbability, knee, sCurve, type CurvePoint } from '../dedup/lsh.js';
import { shingleText } from '../dedup/shingle-text.js';
import type { MinhashRecipe } from '../pipeline/recipe.js';
import { describePercent, plainTable } from './table.js';

export interface LshSummary {
  readonly bands: number;
  readonly rows: number;
  readonly threshold: number;
  /** As recipes write it: `5 by script`. */
  readonly shingle: string;
  readonly signature: MinhashRecipe['signature'];
  readonly verify: MinhashRecipe['verify'];
  /** Share of the pairs exactly as similar as the threshold that become candidates. */
  readonly recall: number;
  /** Similarity where the curve is steepest. */
  readonly knee: number;
  readonly curve: readonly CurvePoint[];
}

export function lshSummary({ bands, rows, threshold, shingle, signature, verify }: MinhashRecipe): LshSummary {
  const setting = { bands, rows };
  return {
    bands, rows, threshold, shingle: shingleText(shingle), signature, verify,
    recall: candidateProbability(threshold, setting), knee: knee(setting), curve: sCurve(setting),
  };
}

/** One sentence: the setting and what it finds at the threshold. */
export function lshSentence({ bands, rows, threshold, shingle, signature, verify, recall, knee: steepest }: LshSummary): string {
  return `MinHash: ${bands} band${bands === 1 ? '' : 's'} of ${rows} row${rows === 1 ? '' : 's'} over ${shingle}, ${signature}, verify ${verify}; finds ${describePercent(recall)} of the pairs at the threshold ${threshold}, steepest at ${steepest.toFixed(3)}`;
}

/** The curve as a table for a terminal, at most 100 columns wide. */
export function lshTable({ curve }: LshSummary): string {
  const right = (title: string) => ({ title, right: true });
  return plainTable([{ title: 'Jaccard' }, ...curve.map(({ jaccard }) => right(String(jaccard)))], [['found %', ...curve.map(({ probability }) => percentText(probability))]]);
}

/** Percent in four characters: what is nearly nothing or nearly all must not look so. */
function percentText(share: number): string {
  const percent = share * 100;
  if (percent >= 99.95) return percent >= 99.995 ? '100' : percent.toFixed(2);
  return percent < 0.05 ? '0' : percent.toFixed(1);
}
