/**
 * Checks what a user's file says a stage is, and what the stage does, so that a mistake is reported by file, stage and place instead of as a bug of
 * ours or, worse, as a reason that nobody declared.
 */
import { z } from 'zod';
import { ConfigError, ShardError } from '../core/errors.js';
import type { Annotator, Filter, Modifier, Stage } from '../core/stage.js';
import type { StageDefinition } from '../stages/definition.js';

const NAME = /^[a-z][a-z0-9-]{0,63}$/;
const REASON = /^\S{1,100}$/;
const MAX_REASONS = 254; // a verdict is a byte, 0 means kept, and a modifier has one of its own
const COLUMN_KINDS = ['float32', 'float64', 'uint32', 'hash64', 'bytes', 'utf8'];

const found = (value: unknown): string => {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60));
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? 'a list' : value instanceof Promise ? 'a promise' : `a value of type ${typeof value}`;
};
const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';
const isTextList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((part) => typeof part === 'string' && REASON.test(part));
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Promise);

/** The definition with its defaults (no `options`: none) and with stages that are checked as they run. Throws ConfigError. */
export function checkedDefinition(value: unknown, file: string): StageDefinition {
  if (!isRecord(value)) throw new ConfigError(`${file}: default export: found ${found(value)}, expected a stage: { name, summary, options, build }`);
  const { name, summary, options = z.strictObject({}), build } = value;
  if (typeof name !== 'string' || !NAME.test(name)) {
    throw new ConfigError(`${file}: name: found ${found(name)}, expected lower-case letters, digits and -, beginning with a letter`);
  }
  const refuse = (place: string, what: unknown, expected: string): never => {
    throw new ConfigError(`${file}: stage ${name}: ${place}: found ${found(what)}, expected ${expected}`);
  };
  if (!isText(summary)) refuse('summary', summary, 'a sentence for `sluice stages`');
  const isSchema = isRecord(options) && typeof options['safeParse'] === 'function' && '_zod' in options;
  if (!isSchema) refuse('options', options, "a schema made with the kit's z");
  if (typeof build !== 'function') refuse('build', build, 'a function (options, context) that returns stages');
  for (const place of ['models', 'files', 'decision']) {
    if (value[place] !== undefined && typeof value[place] !== 'function') refuse(place, value[place], 'a function of the options, or nothing');
  }
  const definition = value as unknown as StageDefinition; // its parts were looked at above
  return {
    name, summary: definition.summary, options: options as StageDefinition['options'], // looked at above, too
    ...(definition.models === undefined ? {} : { models: (parsed) => definition.models!(parsed) }),
    ...(definition.files === undefined ? {} : { files: (parsed) => definition.files!(parsed) }),
    ...(definition.decision === undefined ? {} : { decision: (parsed) => definition.decision!(parsed) }),
    build(parsed, context) {
      const stages: unknown = definition.build(parsed, context);
      if (!Array.isArray(stages)) return refuse('build', stages, 'a list of stages');
      const refuseStage = (i: number): Refuse => (part, what, expected) => refuse(`build: stage ${i + 1}${part}`, what, expected);
      return stages.map((stage, i) => checkedStage(stage, refuseStage(i), `${file}: stage ${name}`));
    },
  };
}

type Refuse = (part: string, what: unknown, expected: string) => never;

function checkedStage(value: unknown, refuse: Refuse, where: string): Stage {
  if (!isRecord(value)) return refuse('', value, "{ kind: 'annotator' | 'filter' | 'modifier', ... }");
  if (!isText(value['name'])) refuse('.name', value['name'], 'a name');
  if (!isTextList(value['reads'])) refuse('.reads', value['reads'], 'a list of names of columns');
  if (value['kind'] === 'annotator') return checkedAnnotator(value, refuse, where);
  if (value['kind'] !== 'filter' && value['kind'] !== 'modifier') return refuse('.kind', value['kind'], 'annotator, filter or modifier');
  const work = value['kind'] === 'filter' ? 'judge' : 'modify';
  if (typeof value[work] !== 'function') refuse(`.${work}`, value[work], 'a function');
  const { reasons } = value;
  if (!isTextList(reasons) || reasons.length > MAX_REASONS || new Set(reasons).size < reasons.length) {
    return refuse('.reasons', reasons, `a list of at most ${MAX_REASONS} different reasons without white space`);
  }
  const check = (rows: Uint32Array, verdicts: Uint8Array): void => {
    for (const row of rows) {
      if (verdicts[row]! <= reasons.length) continue;
      throw new ShardError(`${where}: ${work}: found verdict ${verdicts[row]!}, expected 0 to ${reasons.length}: verdict v is reason v - 1`);
    }
  };
  const stage = value as unknown as Filter | Modifier; // its parts were looked at above
  if (stage.kind === 'filter') {
    return { ...stage, judge(batch, rows, verdicts): void { stage.judge(batch, rows, verdicts); check(rows, verdicts); } };
  }
  return { ...stage, modify(batch, rows, verdicts, edits): void { stage.modify(batch, rows, verdicts, edits); check(rows, verdicts); } };
}

function checkedAnnotator(value: Record<string, unknown>, refuse: Refuse, where: string): Annotator {
  if (typeof value['annotate'] !== 'function') refuse('.annotate', value['annotate'], 'a function');
  const { writes } = value;
  const isColumn = (column: unknown): boolean =>
    isRecord(column) && typeof column['name'] === 'string' && REASON.test(column['name']) && COLUMN_KINDS.includes(String(column['kind']));
  if (!Array.isArray(writes) || !writes.every(isColumn)) {
    return refuse('.writes', writes, `a list of { name, kind }, kind one of ${COLUMN_KINDS.join(', ')}`);
  }
  const stage = value as unknown as Annotator; // its parts were looked at above
  return {
    ...stage,
    annotate(batch, rows) {
      const columns = stage.annotate(batch, rows);
      for (const { name, kind } of stage.writes) {
        const column = columns.get(name);
        if (column?.kind !== kind) throw new ShardError(`${where}: annotate: column ${name}: found ${column?.kind ?? 'none'}, expected ${kind}`);
        const width = column.kind === 'bytes' ? column.width : kind === 'hash64' ? 2 : 1;
        const needed = kind === 'utf8' ? batch.length + 1 : width * batch.length;
        const length = column.kind === 'utf8' ? column.offsets.length : column.values.length;
        if (length === needed) continue;
        throw new ShardError(`${where}: annotate: column ${name}: found a length of ${length}, expected ${needed} for ${batch.length} documents`);
      }
      if (columns.size !== stage.writes.length) {
        throw new ShardError(`${where}: annotate: found columns ${[...columns.keys()].join(', ')}, expected those in writes`);
      }
      return columns;
    },
  };
}
