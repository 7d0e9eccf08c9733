/**
 * Precision and recall at 1 of a model with any labels on a file in fastText's own form: how often its best label is one of the line's. Counted from
 * our own scorer, not by the engine.
 */
import { readLabelledLines } from '../formats/labelled-lines.js';
import type { LanguageScorer } from '../kernels/kernels.js';
import { everyRow, textBatches } from './score-texts.js';

export interface PrecisionAtOne {
  /** Lines with at least one label. */
  readonly examples: number;
  /** Share of them whose best label is one of theirs. */
  readonly precision: number;
  /** The same hits as a share of all their labels, those that the model has never seen included. */
  readonly recall: number;
}

/** Asks the model for each line's best label. Throws ConfigError as reading does. Memory: a MiB of text, twice. */
export async function precisionAtOne(scorer: LanguageScorer, path: string): Promise<PrecisionAtOne> {
  let examples = 0;
  let hits = 0;
  let all = 0;
  let texts: string[] = [];
  let labelsOf: (readonly string[])[] = [];
  let characters = 0;
  const count = (): void => {
    let first = 0;
    for (const batch of textBatches(texts)) {
      const { label, probability } = scorer.score(batch, everyRow(batch));
      for (let row = 0; row < batch.length; row++) {
        const isHit = probability[row]! > 0 && labelsOf[first + row]!.includes(scorer.labels[label[row]!]!); // 0: a line without text
        if (isHit) hits++;
      }
      first += batch.length;
    }
    [texts, labelsOf, characters] = [[], [], 0];
  };
  for await (const { labels, text } of readLabelledLines(path)) {
    if (labels.length === 0) continue;
    examples++;
    all += labels.length;
    texts.push(text);
    labelsOf.push(labels);
    characters += text.length;
    if (characters > 1 << 20) count();
  }
  count();
  return { examples, precision: hits / examples, recall: hits / all };
}
