/**
 * The recipe that a command line stands for: `sluice dedup`, `sluice decontaminate` and `sluice audit` write it as YAML and read it as any other, so that every rule about recipes
 * holds for their options too, and a user can go on from the file (`--recipe FILE`).
 */
import { stringify } from 'yaml';
import { ConfigError } from '../core/errors.js';
import { catalog } from '../pipeline/chain-of.js';
import { parseRecipe, type Recipe } from '../pipeline/recipe.js';
import type { PathSources } from './path-sources.js';

/** The options of deduplication as a command line has them; what is absent is the recipe's default. */
export interface DedupOptions {
  /** exact, url, minhash, paragraphs. */
  readonly methods: readonly string[];
  readonly threshold?: number | undefined;
  readonly verify?: string | undefined;
  /** As a recipe writes it: `5 by script`. */
  readonly shingle?: string | undefined;
  readonly signature?: string | undefined;
  readonly bands?: number | undefined;
  readonly rows?: number | undefined;
  readonly scope?: string | undefined;
  /** Rules in their order, `source:a:b` for an order of sources (`source` alone: that of the command line), or `drop-all`. */
  readonly keep?: string | undefined;
  /** false: documents go only for what they repeat of the sources they are compared with. */
  readonly within?: boolean | undefined;
}

export interface PathsRecipe {
  /** YAML. */
  readonly text: string;
  readonly recipe: Recipe;
}

export interface PathsRecipeInputs {
  readonly name: string;
  readonly paths: PathSources;
  /** Absent: nothing is deduplicated. */
  readonly dedup?: DedupOptions;
  /** As a recipe has it. */
  readonly decontaminate?: object;
  readonly output?: Readonly<Record<string, unknown>> | undefined;
  readonly seed?: number | undefined;
  /** The command line, for the head of the file. */
  readonly command: string;
}

/** Errors: ConfigError with a line for each option that the recipe's rules refuse. */
export function recipeOfPaths({ name, paths: { sources, against }, dedup, decontaminate, output, seed, command }: PathsRecipeInputs): PathsRecipe {
  const data = {
    name,
    ...(seed === undefined ? {} : { seed }),
    sources: Object.fromEntries(sources.map((source) => [source.name, { read: source.read }])),
    ...(dedup === undefined ? {} : {
      dedup: { ...dedupData(dedup, sources.map((source) => source.name)), ...(against.length === 0 ? {} : { against }), ...(dedup.within === false ? { within: false } : {}) },
    }),
    ...(decontaminate === undefined ? {} : { decontaminate }),
    ...(output === undefined ? {} : { output }),
  };
  const text = `# ${command.replace(/[\r\n]+/g, ' ')}\n${stringify(data, { lineWidth: 150, aliasDuplicateObjects: false })}`;
  try {
    return { text, recipe: parseRecipe(text, { file: name, catalog: catalog() }) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(error.message.split('\n').map((line) => optionLine(line, name)).join('\n'), { cause: error });
  }
}

const MINHASH_OPTIONS = ['threshold', 'verify', 'shingle', 'signature', 'bands', 'rows'] as const;

function dedupData({ methods, scope, keep, ...minhash }: DedupOptions, sources: readonly string[]): Record<string, unknown> {
  const given = MINHASH_OPTIONS.filter((option) => minhash[option] !== undefined);
  if (given.length > 0 && !methods.includes('minhash')) throw new ConfigError(`--${given[0]}: found without minhash among --methods ${methods.join(',')}, expected both or neither`);
  const options = Object.fromEntries(given.map((option) => [option, minhash[option]]));
  return {
    ...(scope === undefined ? {} : { scope }),
    methods: methods.map((method) => (method === 'minhash' && given.length > 0 ? { minhash: options } : method)),
    ...(keep === undefined ? {} : { keep: keepData(keep, sources) }),
  };
}

/** `source:wiki:web,longest` is [{ source: [wiki, web] }, longest]. */
function keepData(text: string, sources: readonly string[]): unknown {
  if (text === 'drop-all') return text;
  return text.split(',').map((rule) => {
    const [kind, ...names] = rule.split(':');
    return kind === 'source' ? { source: names.length === 0 ? sources : names } : rule;
  });
}

/** A problem as the command line has it: `dedup:7:13: dedup.keep[0]: found ...` is about `--keep`. */
function optionLine(line: string, name: string): string {
  const [, path, message] = /^[^:]*:\d+:\d+: (?:([^ ]+): )?(.*)$/su.exec(line) ?? [];
  if (message === undefined) return line.replace(`${name}: `, '');
  if (path?.startsWith('decontaminate.') === true) return `--${path.startsWith('decontaminate.against') ? 'against' : 'ngram'}: ${message}`;
  const option = /^dedup\.(scope|methods|keep|against|within)(?:\[\d+\](?:\.minhash(?:\.([a-z]+))?)?)?/.exec(path ?? '');
  if (option === null) return path === undefined ? message : `${path}: ${message}`;
  return `--${option[2] ?? (option[1] === 'within' ? 'only-against' : option[1])}: ${message}`;
}
