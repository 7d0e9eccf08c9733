/** What `sluice tune swarm` says: before it trains, of the texts; behind it, of the runs; and what a person should know of both. */
import { relative } from 'node:path';
import { ConfigError } from '../core/errors.js';
import { FEWEST_RUNS_A_SOURCE, GOOD_RUNS_A_SOURCE, type Swarm } from '../mixture/tune/swarm.js';
import type { MixtureLosses, MixtureRun } from '../mixture/tune/types.js';
import { describeBytes, describeCount, describePercent, plainTable } from '../reports/table.js';
import type { TunedSource, Tuning } from './tune-run.js';

const DEFAULT_RUNS = 64;

/** The runs to train: those asked for, or a number that suffices. ConfigError where they are too few to say anything of so many sources. */
export function expectRuns(asked: number | undefined, sources: number): number {
  const runs = asked ?? Math.max(DEFAULT_RUNS, GOOD_RUNS_A_SOURCE * sources);
  if (sources > 1 && runs < FEWEST_RUNS_A_SOURCE * sources) {
    throw new ConfigError(`--runs: found ${runs}, expected at least ${FEWEST_RUNS_A_SOURCE * sources} for ${sources} sources, ${FEWEST_RUNS_A_SOURCE} each; `
      + `${GOOD_RUNS_A_SOURCE * sources} are good`);
  }
  return runs;
}

/** What proxies are trained on and measured by. */
export function describeTexts({ sources, targets, plan }: Tuning): string {
  const { order, bytes } = plan.tune!; // a plan of tuning
  const all = sources.reduce((sum, { amount }) => sum + amount.size, 0);
  const sourceTable = plainTable(
    [{ title: 'source' }, { title: 'documents', right: true }, { title: 'text', right: true }, { title: 'share', right: true }, { title: 'to train on', right: true }],
    sources.map(({ source, amount, training }) => [source, describeCount(amount.documents), describeBytes(amount.bytes), describePercent(amount.size, all), describeBytes(training.bytes)]),
  );
  const targetTable = plainTable(
    [{ title: 'target' }, { title: 'weight', right: true }, { title: 'documents', right: true }, { title: 'held out', right: true }, { title: 'repeated', right: true }],
    targets.map(({ name, weight, heldOut, repeated }) => [name, describePercent(weight), describeCount(heldOut.documents), describeBytes(heldOut.bytes), describeCount(repeated.documents)]),
  );
  return `${sourceTable}\n\n${targetTable}\n\neach proxy: n-grams of up to ${order} bytes, counted in ${describeBytes(bytes)}\n`;
}

/** What the swarm cannot tell, or tells with a grain of salt. */
export function swarmWarnings(
  { sources }: { readonly sources: readonly Pick<TunedSource, 'source'>[] }, { runs, cut }: Swarm, measured: readonly Pick<MixtureLosses, 'losses' | 'epochs' | 'left'>[],
): string[] {
  if (sources.length === 1) return [`${sources[0]!.source} is the only source: its weight is 1, and there is nothing to tune`];
  const perSource = runs.length / sources.length;
  const rare = sources.map(({ source }) => ({ source, runs: runs.filter(({ weights }) => weights[source]! > 0).length })).filter(({ runs: seen }) => seen < FEWEST_RUNS_A_SOURCE);
  const full = measured.filter(({ left }) => left > 0).length;
  const epochs = sources.map(({ source }) => ({ source, most: Math.max(...measured.map((run) => run.epochs[source] ?? 0)) })).filter(({ most }) => most > MOST_EPOCHS);
  const lowest = Object.keys(measured[0]?.losses ?? {}).map((target) => ({ target, bits: Math.min(...measured.map(({ losses }) => losses[target]!)) })); // of every run
  return [
    ...lowest.filter(({ bits }) => bits >= BITS_OF_A_GUESS).map(({ target, bits }) => (
      `${target} is unlike every source: no mixture has less than ${bits.toFixed(2)} bits per byte, and a guess has ${BITS_OF_A_GUESS}; its losses say nothing of the weights`)),
    ...(perSource < GOOD_RUNS_A_SOURCE ? [`${runs.length} runs for ${sources.length} sources, ${Number(perSource.toFixed(1))} each: ${GOOD_RUNS_A_SOURCE} are good (--runs ${GOOD_RUNS_A_SOURCE * sources.length})`] : []),
    ...(cut > 0 ? [`${cut} of ${runs.length} mixtures were cut to 15 times the share of each source, as no draw kept to it`] : []),
    ...(rare.length > 0 ? [`little is measured of ${rare.map(({ source, runs: seen }) => `${source} (in ${seen} runs)`).join(', ')}: too small a share of the whole`] : []),
    ...(full > 0 ? [`${full} of ${measured.length} proxies had no room for all n-grams: they are coarser than the others, and fewer bytes or a smaller order would do`] : []),
    ...(epochs.length > 0 ? [`proxies read ${epochs.map(({ source, most }) => `${source} up to ${most.toFixed(1)} times`).join(', ')}: it has less text than they read, and they hardly see the harm of repetition`] : []),
  ];
}

/** Bits of a byte that nothing is known of. */
const BITS_OF_A_GUESS = 8;

/** A corpus repeats no source more often, by default. */
const MOST_EPOCHS = 4;

export interface SwarmReport {
  /** Absolute paths. */
  readonly ratios: string;
  readonly metrics: string;
  readonly runs: readonly (MixtureRun & MixtureLosses)[];
  readonly warnings: readonly string[];
}

/** Runs that a table shows: the lowest. */
const SHOWN = 8;

export function summariseSwarm(tuning: Tuning, report: SwarmReport, json: boolean): string {
  const { sources, targets } = tuning;
  const objective = ({ losses }: MixtureLosses): number => targets.reduce((sum, { name, weight }) => sum + weight * losses[name]!, 0); // measured of every target
  if (json) {
    return `${JSON.stringify({
      sources: sources.map(({ amount, ...source }) => ({ ...source, size: amount.size })), targets,
      runs: report.runs.map((run) => ({ run: run.run, name: run.name, index: run.index, weights: run.weights, losses: run.losses, objective: objective(run), epochs: run.epochs })),
      warnings: report.warnings, files: { ratios: report.ratios, metrics: report.metrics },
    }, null, 2)}\n`;
  }
  const lowest = report.runs.map((run) => ({ run, value: objective(run) })).sort((a, b) => a.value - b.value || a.run.index - b.run.index).slice(0, SHOWN);
  const table = plainTable(
    [{ title: 'run' }, ...sources.map(({ source }) => ({ title: source, right: true })), ...targets.map(({ name }) => ({ title: `bits: ${name}`, right: true })), { title: 'weighted', right: true }],
    lowest.map(({ run, value }) => [run.run, ...sources.map(({ source }) => describePercent(run.weights[source]!)), ...targets.map(({ name }) => run.losses[name]!.toFixed(4)), value.toFixed(4)]),
  );
  const here = (path: string): string => relative(process.cwd(), path);
  return `${report.runs.length} run${report.runs.length === 1 ? '' : 's'}; lowest measured proxy loss on these targets, in bits per byte:\n\n${table}\n\n${here(report.ratios)}\n${here(report.metrics)}\n`;
}
