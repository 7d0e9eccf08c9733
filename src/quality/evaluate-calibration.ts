/**
 * Calibration of a model: what its scores are worth as probabilities, and how much better two maps make them. The maps are fitted on one half of the
 * documents and judged on the other, as a map judged by what it was fitted on always looks good.
 */
import { Buffer } from 'node:buffer';
import { hashKey, keyedUniform } from '../core/keyed-hash.js';
import { equalMassBins, equalWidthBins, expectedCalibrationError, maximumCalibrationError } from './calibrate-bins.js';
import { fitIsotonic, isotonicAt } from './calibrate-isotonic.js';
import { fitPlatt, plattAt, type PlattMap } from './calibrate-platt.js';
import { correctedProbability, oddsFactor } from './calibrate-prior.js';
import type { CalibrationFigures, PriorShift, QualityCalibration } from './evaluation.js';
import type { ScoredClasses } from './metric-counts.js';
import { brierScore, logLoss } from './metric-probability.js';

export interface CalibratedDocument {
  /** SHA-256 of its text in hexadecimal: says which half it is in. */
  readonly content: string;
  readonly score: number;
  readonly positive: boolean;
}

const HALF_KEY = hashKey(0, 'calibrate');

function isFitted({ content }: CalibratedDocument): boolean {
  const words = Buffer.from(content.slice(0, 16), 'hex');
  return keyedUniform(HALF_KEY, words.readUInt32LE(0), words.readUInt32LE(4)) < 0.5;
}

/** `prior`: the share of positives that is expected where the model will be used, strictly between 0 and 1. */
export function calibrationOf(given: readonly CalibratedDocument[], prior: number | undefined): QualityCalibration {
  const documents = [...given].sort((a, b) => (a.content < b.content ? -1 : 1)); // sums in one order: the last bits of a fit depend on it
  const fit = classesOf(documents.filter(isFitted));
  const judge = classesOf(documents.filter((document) => !isFitted(document)));
  const usable = hasBoth(fit) && hasBoth(judge);
  const points = fitIsotonic(fit);
  const platt = fitPlatt(fit);
  return {
    fitted: fit.scores.length,
    judged: judge.scores.length,
    raw: figuresOf(judge),
    isotonic: usable ? { ...figuresOf(mapped(judge, (score) => isotonicAt(points, score))), points } : null,
    platt: usable ? { ...figuresOf(mapped(judge, (score) => plattAt(platt, score))), ...platt } : null,
    prior: priorShift(documents, prior, usable ? platt : undefined),
  };
}

function classesOf(documents: readonly CalibratedDocument[]): ScoredClasses {
  return { scores: documents.map(({ score }) => score), positive: documents.map(({ positive }) => (positive ? 1 : 0)) };
}

const hasBoth = ({ positive }: ScoredClasses): boolean => Array.from(positive).includes(1) && Array.from(positive).includes(0);

const mapped = ({ scores, positive }: ScoredClasses, map: (score: number) => number): ScoredClasses => ({ scores: Array.from(scores, map), positive });

function figuresOf(classes: ScoredClasses): CalibrationFigures {
  const bins = equalWidthBins(classes);
  const some = classes.scores.length > 0;
  return {
    ece: expectedCalibrationError(bins),
    eceEqualMass: expectedCalibrationError(equalMassBins(classes)),
    mce: maximumCalibrationError(bins),
    logLoss: some ? logLoss(classes) : 0,
    brier: some ? brierScore(classes) : 0,
    bins,
  };
}

function priorShift(documents: readonly CalibratedDocument[], given: number | undefined, platt: PlattMap | undefined): PriorShift {
  const measured = documents.filter(({ positive }) => positive).length / documents.length;
  if (given === undefined) return { measured, given: null, oddsFactor: null, examples: [] };
  const factor = oddsFactor(measured, given);
  const examples = Array.from({ length: 11 }, (_, tenth) => {
    const calibrated = platt === undefined ? tenth / 10 : plattAt(platt, tenth / 10);
    return { score: tenth / 10, calibrated, corrected: correctedProbability(calibrated, factor) };
  });
  return { measured, given, oddsFactor: factor, examples };
}
