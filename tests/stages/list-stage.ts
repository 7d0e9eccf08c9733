/** Builds the stages that take lists and patterns, and asks them what they do with texts or with rows of columns. */
import { utf8Column, type Column, type DocumentBatch } from '#src/core/document-batch.js';
import { ConfigError } from '#src/core/errors.js';
import type { Filter, Modifier, Stage } from '#src/core/stage.js';
import { TextEdits } from '#src/core/text-edits.js';
import type { StageContext, StageDefinition } from '#src/stages/definition.js';
import { allRows, batchOf } from '../kernels/gopher-texts.js';
import { KERNELS } from './gopher-stage.js';

/** A context that has the named files, as their text. */
export function contextWith(files: Readonly<Record<string, string>> = {}, { seed = 1, source = 'web' } = {}): StageContext {
  return {
    kernels: KERNELS.wasm, seed, source,
    lines: (path: string) => {
      if (files[path] === undefined) throw new Error(`no file ${path}`);
      return files[path].split('\n');
    },
  } as unknown as StageContext; // these stages use nothing else
}

export function build(definition: StageDefinition, options: object, context = contextWith()): readonly Stage[] {
  return definition.build(definition.options.parse(options), context);
}

/** A batch with columns of strings: `texts` or, without, empty documents, one for each entry of the first column. */
export function batchWith(columns: Readonly<Record<string, readonly string[]>>, texts?: readonly string[]): DocumentBatch {
  const count = texts?.length ?? Object.values(columns)[0]!.length;
  const batch = batchOf(texts ?? new Array<string>(count).fill(''));
  return { ...batch, columns: new Map<string, Column>(Object.entries(columns).map(([name, values]) => [name, utf8Column(values)])) };
}

/** The reason of each row's drop, or 'keep'. */
export function judged(stage: Stage | undefined, batch: DocumentBatch): string[] {
  const filter = stage as Filter;
  const verdicts = new Uint8Array(batch.length).fill(255);
  filter.judge(batch, allRows(batch), verdicts);
  return Array.from(verdicts, (verdict) => (verdict === 0 ? 'keep' : filter.reasons[verdict - 1]!));
}

/** Each text as the modifier leaves it, or the reason of its drop after a `!`. */
export function modified(stage: Stage | undefined, texts: readonly string[]): string[] {
  const batch = batchOf(texts);
  const edits = new TextEdits(batch);
  const verdicts = new Uint8Array(batch.length);
  (stage as Modifier).modify(batch, allRows(batch), verdicts, edits);
  const { text, offsets } = edits.apply();
  return texts.map((_, row) => (verdicts[row] === 0 ? Buffer.from(text.subarray(offsets[row], offsets[row + 1])).toString() : `!${stage!.kind === 'modifier' ? stage!.reasons[verdicts[row]! - 1] : ''}`));
}

/** The ConfigError that a call throws, as its message. */
export function configError(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('expected a ConfigError, found none');
}
