/**
 * What a tuning command is asked for: the recipe's `tune:`, and what the command line says in its place. Which sources take part, which targets, and with what
 * proxies. Reads the names and sizes of files, no document.
 */
import { ConfigError } from '../core/errors.js';
import type { WeightRule } from '../mixture/rules.js';
import { RUN_COLUMNS } from '../mixture/tune/write-csv.js';
import { expectedOneOf } from '../pipeline/recipe-problems.js';
import { DEFAULT_HELD_OUT_BYTES, DEFAULT_PROXY_BYTES } from '../pipeline/recipe-tune-schema.js';
import type { Recipe, TuneTarget } from '../pipeline/recipe.js';
import type { TunedTarget, TunePlan } from '../pipeline/tuning.js';
import { findDocumentFiles } from './document-files.js';
import { expectFormat } from './file-formats.js';

/** In place of the recipe's. */
export interface TuneOverrides {
  readonly order?: number | undefined;
  readonly bytes?: number | undefined;
  readonly heldOut?: number | undefined;
  /** Names and weights; names are of sources, or of the recipe's targets. Empty: the recipe's. `none`: training text alone is wanted. */
  readonly targets?: Readonly<Record<string, number>> | 'none' | undefined;
}

export interface TuneSettings {
  /** Without mixtures. */
  readonly tune: TunePlan;
  /** Summing to 1. */
  readonly targetWeights: Readonly<Record<string, number>>;
}

const DEFAULT_ORDER = 5;

/** Throws ConfigError where there is no target, none that counts, one that is unknown, or a file that is not there. */
export async function tuneSettings(recipe: Recipe, { order, bytes, heldOut, targets: asked = {} }: TuneOverrides): Promise<TuneSettings> {
  const sources = tunedSources(recipe);
  const targets = asked === 'none' ? {} : Object.keys(asked).length > 0 ? askedTargets(recipe, asked) : (recipe.tune?.targets ?? {});
  const names = Object.keys(targets);
  if (names.length === 0 && asked !== 'none') {
    throw new ConfigError('targets: found none, expected what losses are to be measured on and how much each counts: '
      + `--target ${sources[0] ?? 'books'}=1 for held-out documents of a source (repeatable), or tune.targets in the recipe, where a target may have files of its own`);
  }
  const reserved = [...sources, ...names].find((name) => RUN_COLUMNS.some((column) => column === name));
  if (reserved !== undefined) throw new ConfigError(`${reserved}: found a source or target of this name, expected another: ratios.csv and metrics.csv have a column ${reserved}`);
  const sum = names.reduce((total, name) => total + targets[name]!.weight, 0);
  if (names.length > 0 && !(sum > 0)) throw new ConfigError('targets: found only weights of 0, expected one above 0 at least');
  return {
    tune: {
      sources, targets: await Promise.all(names.map((name) => tunedTarget(name, targets[name]!))), order: order ?? recipe.tune?.order ?? DEFAULT_ORDER,
      bytes: bytes ?? recipe.tune?.bytes ?? DEFAULT_PROXY_BYTES, heldOut: heldOut ?? recipe.tune?.heldOut ?? DEFAULT_HELD_OUT_BYTES, mixtures: [],
    },
    targetWeights: Object.fromEntries(names.map((name) => [name, targets[name]!.weight / sum])),
  };
}

/** Sources that may be in the corpus: neither only compared with nor left out by the mixture's own words. */
function tunedSources({ sources, dedup, mixture }: Recipe): readonly string[] {
  return Object.keys(sources).filter((source) => dedup?.against.includes(source) !== true && (mixture === undefined || !leavesOut(mixture.rule, source)));
}

/** A weight of 0, no epoch, or nothing published that the source stands for. */
function leavesOut(rule: WeightRule, source: string): boolean {
  switch (rule.kind) {
    case 'given': return rule.weights[source] === 0;
    case 'epochs': return rule.epochs[source] === 0;
    case 'preset': return rule.map[source]?.length === 0;
    default: return false;
  }
}

function askedTargets({ sources, dedup, tune }: Recipe, asked: Readonly<Record<string, number>>): Record<string, TuneTarget> {
  const known = [...Object.keys(sources).filter((source) => dedup?.against.includes(source) !== true), ...Object.keys(tune?.targets ?? {})];
  return Object.fromEntries(Object.entries(asked).map(([name, weight]) => {
    if (!known.includes(name)) throw new ConfigError(`--target ${name}: no such source, ${expectedOneOf(name, [...new Set(known)])}`);
    return [name, { ...tune?.targets[name], weight }];
  }));
}

async function tunedTarget(name: string, { files }: TuneTarget): Promise<TunedTarget> {
  return files === undefined ? { name } : { name, files: (await findDocumentFiles(files.paths)).map((file) => ({ ...file, format: expectFormat(file.name) })), text: files.text };
}
