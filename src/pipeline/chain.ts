/**
 * A source's stages, run over one batch after another: annotators add columns, filters drop rows, modifiers give rows new text, and the ledger is
 * written as it happens. Verdicts are codes into one list of (stage, reason) pairs that is known before any document is read, so a code means the
 * same in every shard of the source.
 */
import type { Column, DocumentBatch } from '../core/document-batch.js';
import { addAmount, drop, noAmount, stageLedger, type StageLedger } from '../core/ledger.js';
import type { Filter, Modifier, Stage } from '../core/stage.js';
import { TextEdits } from '../core/text-edits.js';
import { isBlank } from '../formats/white-space.js';
import type { DocumentAmounts } from './document-amounts.js';

/** One entry of a recipe's `stages`, built. */
export interface ChainLink {
  /** Name in ledgers and decision records: the stage's, numbered from the second of its name on. */
  readonly name: string;
  readonly stages: readonly Stage[];
}

/** What a verdict code means: `verdicts[code - 1]`; code 0 is kept. */
export interface Verdict {
  readonly stage: string;
  readonly reason: string;
}

/** Told of every row that is dropped, while the batch still has the text that was judged. */
export type OnDrop = (batch: DocumentBatch, row: number, code: number) => void;

/** The reason of a document that a modifier left nothing of. */
const NO_TEXT = 'no-text-left';

export class Chain {
  /** Faults of the source first, then each link's reasons. */
  readonly verdicts: readonly Verdict[];
  readonly ledgers: readonly StageLedger[];
  readonly #links: readonly ChainLink[];
  readonly #firstCode = new Map<Stage, number>();
  readonly #onDrop: OnDrop;

  constructor(links: readonly ChainLink[], faultReasons: readonly string[], onDrop: OnDrop = () => undefined) {
    this.#links = links;
    this.#onDrop = onDrop;
    const verdicts: Verdict[] = faultReasons.map((reason) => ({ stage: 'read', reason }));
    for (const { name, stages } of links) {
      for (const stage of stages) {
        if (stage.kind === 'annotator') continue;
        this.#firstCode.set(stage, verdicts.length + 1);
        for (const reason of reasonsOf(stage)) verdicts.push({ stage: name, reason });
      }
    }
    this.verdicts = verdicts;
    this.ledgers = links.map(({ name }) => stageLedger(name));
  }

  /** The code of a fault's reason; an undeclared one is a bug of the source. */
  faultCode(reason: string): number {
    const at = this.verdicts.findIndex((verdict) => verdict.stage === 'read' && verdict.reason === reason);
    if (at < 0) throw new Error(`fault "${reason}" is not among the reasons that its source declares`);
    return at + 1;
  }

  /**
   * Runs all stages. Adds the annotators' columns to the batch, writes each row's code to `codes` and its size after edits to `amounts`, and returns the
   * rows kept, ascending, with the batch that holds their text: another one where a modifier changed any, with the same rows and columns.
   */
  run(input: DocumentBatch, amounts: DocumentAmounts, codes: Uint32Array): { readonly batch: DocumentBatch; readonly rows: Uint32Array } {
    let batch = input;
    let rows = new Uint32Array(batch.length);
    for (let row = 0; row < rows.length; row++) rows[row] = row;
    for (const [i, { stages }] of this.#links.entries()) {
      const ledger = this.ledgers[i]!;
      for (const row of rows) addAmount(ledger.in, amounts.at(row));
      for (const stage of stages) {
        if (stage.kind === 'annotator') {
          for (const [name, column] of stage.annotate(batch, rows)) batch.columns.set(name, measuredOnly(column, rows));
          continue;
        }
        const verdicts = new Uint8Array(batch.length);
        const edits = stage.kind === 'modifier' ? new TextEdits(batch) : undefined;
        if (stage.kind === 'filter') stage.judge(batch, rows, verdicts);
        else dropBlank(stage, batch, rows, verdicts, edits!); // made for modifiers
        rows = this.#drop(stage, batch, rows, amounts, codes, verdicts, ledger);
        if (edits === undefined) continue;
        recordEdits(edits, verdicts, amounts, ledger);
        batch = edits.apply();
      }
      for (const row of rows) addAmount(ledger.out, amounts.at(row));
    }
    return { batch, rows };
  }

  #drop(
    stage: Filter | Modifier, batch: DocumentBatch, rows: Uint32Array, amounts: DocumentAmounts, codes: Uint32Array, verdicts: Uint8Array, ledger: StageLedger,
  ): Uint32Array<ArrayBuffer> {
    const firstCode = this.#firstCode.get(stage)!; // every stage with reasons was entered by the constructor
    const reasons = reasonsOf(stage);
    const kept = new Uint32Array(rows.length);
    let count = 0;
    for (const row of rows) {
      if (verdicts[row] === 0) {
        kept[count++] = row;
      } else {
        codes[row] = firstCode + verdicts[row]! - 1;
        drop(ledger, reasons[verdicts[row]! - 1]!, amounts.at(row));
        this.#onDrop(batch, row, codes[row]!);
      }
    }
    return kept.slice(0, count);
  }
}

const reasonsOf = (stage: Filter | Modifier): readonly string[] => (stage.kind === 'modifier' ? [...stage.reasons, NO_TEXT] : stage.reasons);

function dropBlank(stage: Modifier, batch: DocumentBatch, rows: Uint32Array, verdicts: Uint8Array, edits: TextEdits): void {
  stage.modify(batch, rows, verdicts, edits);
  edits.rows.forEach((row, i) => {
    if (verdicts[row] === 0 && isBlank(edits.textOf(i))) verdicts[row] = stage.reasons.length + 1;
  });
}

/** A dropped document leaves with the size that it came with; its edit counts for nothing. */
function recordEdits(edits: TextEdits, verdicts: Uint8Array, amounts: DocumentAmounts, ledger: StageLedger): void {
  edits.rows.forEach((row, i) => {
    if (verdicts[row] !== 0) return;
    const { bytes, tokens } = amounts.at(row);
    amounts.resize(row, edits.textOf(i).length);
    const after = amounts.at(row);
    addAmount((ledger.edited ??= noAmount()), { documents: 1, bytes: bytes - after.bytes, tokens: tokens - after.tokens });
  });
}

/** The column with not-a-number in rows that were not measured, so that a document dropped before a stage has no score of it instead of 0. */
function measuredOnly(column: Column, rows: Uint32Array): Column {
  if (column.kind !== 'float32' && column.kind !== 'float64') return column;
  const values = new (column.kind === 'float32' ? Float32Array : Float64Array)(column.values.length).fill(NaN);
  for (const row of rows) values[row] = column.values[row]!;
  return { kind: column.kind, values } as Column; // the array was made for the kind
}

/** Names links so that no two are the same: `quality`, `quality-2`. */
export function linkNames(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}-${count}`;
  });
}
