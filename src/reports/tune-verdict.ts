/**
 * What a person wants to know of a verification first: did the proposal beat UniMax, did any target get worse for it, and could the fit predict at all.
 * Sentences from the figures, for the terminal and the page; they claim losses of proxies on these targets, nothing about models.
 */
import { correlationOf, predictsNothing } from '../mixture/tune/fit.js';
import { sideOf } from '../mixture/tune/verdict.js';
import { bits, candidateName, listed, rankText, signedBits, signedEnds } from './tune-numbers.js';
import { plainText } from './table.js';
import type { TuneReport } from './tune-report.js';

export interface TuneAnswer {
  readonly question: string;
  readonly tone: 'good' | 'check' | 'bad';
  readonly answer: string;
  readonly details: readonly string[];
}

export function answersOf(report: TuneReport): readonly TuneAnswer[] {
  return [beatsUnimax(report), worseTargets(report), ...(report.fit === null ? [] : [predicts(report.fit)])];
}

function beatsUnimax({ verdict: { outcome, blind, delta, heldOut, lowest, deltaToLowest }, seeds }: TuneReport): TuneAnswer {
  const question = 'Does the proposal beat UniMax?';
  const lowestText = `Lowest measured proxy loss on these targets: ${candidateName(lowest)}`
    + `${deltaToLowest === null ? '.' : `; the proposal is ${bits(deltaToLowest.mean)} above it (95 %: ${signedEnds(deltaToLowest)}).`}`;
  if (delta === null) return { question, tone: 'check', answer: 'No: the proposal is UniMax, the same mixture', details: [lowestText] };
  const fragile = heldOut !== null && outcome !== 'undecided' && sideOf(heldOut) !== outcome;
  const details = [
    `Proposal minus UniMax, weighted over the targets: ${signedBits(delta.mean)} bits per byte `
      + `(95 % over ${seeds.length} draws of training text, paired: ${signedEnds(delta)}).`,
    ...(heldOut === null ? [] : [`${fragile ? 'Other held-out documents could turn it' : 'Over other held-out documents'} (95 %): ${signedEnds(heldOut)}.`]),
    lowestText,
  ];
  const figure = `${signedBits(delta.mean)} bits per byte, beyond the interval`;
  if (outcome === 'lower' && blind) {
    return { question, tone: 'check', answer: 'No improvement by tuning: it measured lower, but the fit predicts nothing, so that is not its doing', details };
  }
  if (outcome === 'lower') return { question, tone: fragile ? 'check' : 'good', answer: `Yes${fragile ? ', on these held-out documents' : ''}: ${figure}`, details };
  if (outcome === 'higher') return { question, tone: 'bad', answer: `No: it is worse, ${figure}`, details };
  return { question, tone: 'check', answer: 'No: the difference is not beyond the interval, so it is no improvement that can be told from chance', details };
}

function worseTargets({ verdict: { outcome, raised, perhapsRaised, lowered }, candidates, targetWeights }: TuneReport): TuneAnswer {
  const question = 'Which targets got worse than under UniMax?';
  if (outcome === 'same') return { question, tone: 'good', answer: 'None: it is the same mixture', details: [] };
  const targets = candidates.find(({ names }) => names.includes('proposal'))?.targets ?? {};
  const change = (target: string): string => {
    const delta = targets[target]?.delta ?? null;
    return `${plainText(target, 40)}: ${delta === null ? 'not compared' : `${signedBits(delta.mean)} bits per byte (95 %: ${signedEnds(delta)})`}`;
  };
  const named = (list: readonly string[]): string => listed(list.map((target) => plainText(target, 40)));
  const details = [
    ...raised.slice(0, MOST_NAMED).map((target) => `${change(target)}.`),
    ...(raised.length > MOST_NAMED ? [`${raised.length - MOST_NAMED} more: see the losses.`] : []),
    ...(perhapsRaised.length === 0 ? [] : [`Higher, but not beyond the interval: ${named(perhapsRaised)}.`]),
    lowered.length === 0 ? 'No target got better beyond the interval.' : `Better beyond the interval: ${named(lowered)}.`,
  ];
  const all = Object.keys(targetWeights).length;
  if (raised.length === 0) return { question, tone: perhapsRaised.length === 0 ? 'good' : 'check', answer: 'None beyond the interval', details };
  return { question, tone: 'check', answer: `${raised.length} of ${all}: ${named(raised)}`, details };
}

/** Targets with a sentence of their own. */
const MOST_NAMED = 5;
/** Below this rank correlation a law sorts mixtures hardly better than it should for one to follow it. */
export const WEAK_RANK = 0.5;

function predicts({ targets, runs }: NonNullable<TuneReport['fit']>): TuneAnswer {
  const ranked = targets.map((fit) => ({ target: plainText(fit.target, 40), rank: correlationOf(fit), isBlind: predictsNothing(fit) }));
  const blind = ranked.filter(({ isBlind }) => isBlind).map(({ target }) => target);
  const weak = ranked.filter(({ rank, isBlind }) => !isBlind && rank.value < WEAK_RANK).map(({ target }) => target);
  const worst = ranked.reduce<typeof ranked[number] | undefined>((least, one) => (least === undefined || one.rank.value < least.rank.value ? one : least), undefined);
  const details = [
    ...(worst === undefined ? []
      : [`Rank correlation of predicted and measured losses in cross-validation over ${runs} runs, at worst: ${worst.target} ${rankText(worst.rank)}.`]),
    ...(weak.length === 0 ? [] : [`Weak, below ${WEAK_RANK}: ${listed(weak)}.`]),
  ];
  const question = 'Could the fit predict the proxies?';
  if (blind.length > 0) {
    return { question, tone: 'bad', answer: `Not for ${listed(blind)}: no better than chance`, details };
  }
  return { question, tone: weak.length > 0 ? 'check' : 'good', answer: weak.length > 0 ? 'Weakly' : 'Yes, for every target', details };
}

/** What to know of the figures besides. */
export function cautionsOf({ verdict: { seedsAlike }, proposal, candidates, notes }: TuneReport): readonly string[] {
  const joined = candidates.filter(({ names }) => names.length > 1).map(({ names }) => candidateName(names));
  return [
    ...(seedsAlike ? ['The seeds changed no loss: every mixture takes its sources whole, so the intervals have no width and say nothing about chance.'] : []),
    ...joined.map((names) => `One mixture, measured once: ${names}.`),
    ...proposal.warnings, ...notes,
  ];
}
