/** Runs a modifier over texts and says for each what became of it: the text after it, or the reason of its drop. */
import { documentText } from '#src/core/document-batch.js';
import { TextEdits } from '#src/core/text-edits.js';
import type { StageContext, StageDefinition } from '#src/stages/definition.js';
import { allRows, batchOf } from '../kernels/gopher-texts.js';

export interface Outcome {
  readonly reason: string | null;
  /** The text as it is after the stage; undefined for a dropped document. */
  readonly text: string | undefined;
  /** Whether the stage wrote a new text at all. */
  readonly edited: boolean;
}

export function modified(definition: StageDefinition, options: object, texts: readonly string[]): Outcome[] {
  const [modifier] = definition.build(definition.options.parse(options), {} as StageContext); // these stages use nothing of it
  if (modifier?.kind !== 'modifier') throw new Error(`${definition.name} is not a modifier`);
  const batch = batchOf(['before ', ...texts, ' after']); // documents do not begin where the batch begins
  const rows = allRows(batch).slice(1, -1);
  const verdicts = new Uint8Array(batch.length).fill(255);
  if (modifier.reasons.length === 0) verdicts.fill(0);
  const edits = new TextEdits(batch);
  modifier.modify(batch, rows, verdicts, edits);
  const edited = new Set(edits.rows);
  const after = edits.apply();
  return Array.from(rows, (row) => {
    const verdict = verdicts[row]!;
    return verdict === 0
      ? { reason: null, text: documentText(after, row), edited: edited.has(row) }
      : { reason: modifier.reasons[verdict - 1] ?? `verdict ${verdict}`, text: undefined, edited: edited.has(row) };
  });
}

/** For each text the text after the stage, or `dropped: <reason>`. */
export function textsAfter(definition: StageDefinition, options: object, ...texts: string[]): string[] {
  return modified(definition, options, texts).map(({ reason, text }) => text ?? `dropped: ${reason}`);
}
