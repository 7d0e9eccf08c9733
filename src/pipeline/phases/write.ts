/**
 * Phase `write`: parts of the corpus, dealt out to the phase's tasks in turn. A task reads the survivor records that `select` put into a part, file by
 * file, and writes them in the part's order, and beside them their ids for the index of the order. Memory: the records of one part (shardSize, or one
 * longer document), 100 bytes for each of its documents (250,000 at most) and its ids twice, the names of all parts, and one open member of output, or of
 * Parquet a row group (formats/corpus-parquet.ts).
 */
import type { WrittenFile } from '../../formats/atomic-file.js';
import { createCorpus, prepareCorpus } from '../../formats/corpus-writer.js';
import { frameWithoutText } from '../../formats/json-frame.js';
import { PositionedFile } from '../../formats/positioned-file.js';
import { corpusLine, framedLine, JsonLine } from '../../formats/json-line.js';
import type { WrittenLines } from '../../formats/line-writer.js';
import { OpenFiles } from '../../formats/open-files.js';
import { indexFile, writeOrderIds, type IndexFile } from '../../formats/order-index-writer.js';
import { StringTable } from '../../formats/string-table.js';
import { unpackSurvivorRecord } from '../../formats/survivor-record.js';
import { TextReader } from '../../formats/text-file.js';
import { changedBy } from '../changed-texts.js';
import { CUT_STORE, SELECTED_WORDS } from '../corpus-order.js';
import type { Phase, Run } from '../run.js';
import { Survivors } from '../survivors.js';
import type { SelectResult } from './select.js';

export interface WrittenPart {
  readonly part: number;
  /** Relative to the run's folder. */
  readonly path: string;
  readonly documents: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Of the lines before compression. */
  readonly plainBytes: number;
  readonly plainSha256: string;
  /** The ids in its lines. */
  readonly ids: IndexFile;
}

export interface WriteResult {
  readonly parts: readonly WrittenPart[];
}

export const write: Phase<WriteResult> = {
  name: 'write',

  inputs(run, rank) {
    const { format, order, path } = run.plan.recipe.output;
    return {
      format, order, path, writer: rank, of: run.plan.writers, selected: run.checksums('select', ['selected', 'places']), text: run.checksums('curate', ['text']),
      cut: run.checksums('cut', ['text']), cleaned: run.checksums('clean', ['text']),
    };
  },

  async execute(run, rank) {
    const { result } = run.completed<SelectResult>('select', 0);
    await prepareCorpus(run.plan.recipe.output.format);
    const survivors = new Survivors(run);
    const stores = new OpenFiles((path) => new TextReader(path));
    const outputs: Record<string, WrittenFile> = {};
    const parts: WrittenPart[] = [];
    try {
      for (let part = rank; part < result.partEnds.length; part += run.plan.writers) {
        const path = `corpus/${result.partNames[part]!}.${run.plan.recipe.output.format}`; // as many as ends
        const { lines: file, ids } = writePart(run, survivors, stores, { part, path, selected: readSelected(run, result, part) });
        outputs[`part-${part}`] = file;
        outputs[`ids-${part}`] = ids;
        const { lines, bytes, sha256, plainBytes, plainSha256 } = file;
        parts.push({ part, path, documents: lines, bytes, sha256, plainBytes, plainSha256, ids: indexFile(run.plan.directory, ids) });
        run.progress.add(lines, plainBytes);
      }
      return { outputs, result: { parts } };
    } finally {
      stores.close();
      survivors.close();
    }
  },
};

/** The records of one part, as `select` wrote them. */
export function readSelected(run: Run, { partEnds }: SelectResult, part: number): Uint32Array {
  const first = partEnds[part - 1] ?? 0;
  const width = SELECTED_WORDS * 4;
  const file = new PositionedFile(run.outputPath(run.completed('select', 0), 'selected'));
  try {
    return new Uint32Array(file.read(first * width, (partEnds[part]! - first) * width).buffer);
  } finally {
    file.close();
  }
}

interface Part {
  readonly part: number;
  /** Relative to the run's folder. */
  readonly path: string;
  readonly selected: Uint32Array;
}

function writePart(run: Run, survivors: Survivors, stores: OpenFiles<TextReader>, { part, path, selected }: Part): { readonly lines: WrittenLines; readonly ids: WrittenFile } {
  const records = readRecords(run, survivors, stores, selected);
  const sourceNames = new Map(run.plan.shards.map(({ source }) => [source, new TextEncoder().encode(source)]));
  const writer = createCorpus(run.path(path), run.plan.recipe.output.format);
  const line = new JsonLine();
  const documents = selected.length / SELECTED_WORDS;
  const ids = new StringTable(documents);
  try {
    for (let i = 0; i < documents; i++) {
      const { id, url, language, frame, metadata, quality, text } = unpackSurvivorRecord(records.bytes.subarray(records.starts[i]!, records.starts[i + 1]!));
      ids.add(id);
      const source = sourceNames.get(run.plan.shards[survivors.shardOf(selected[i * SELECTED_WORDS]!)]!.source)!; // made from the same shards
      const document = { id, source, text, url, score: quality, language, metadata };
      if (frame.length > 0) writer.write(framedLine(line, frame, text), { ...document, metadata: frameWithoutText(frame) });
      else writer.write(corpusLine(line, document), document);
    }
    return { ids: writeOrderIds(run.plan.directory, part, ids), lines: writer.commit() };
  } finally {
    writer.abort();
  }
}

/** The records of a part end to end in its order: record i is `bytes[starts[i] .. starts[i + 1])`. */
function readRecords(run: Run, survivors: Survivors, stores: OpenFiles<TextReader>, selected: Uint32Array): { readonly bytes: Uint8Array; readonly starts: Float64Array } {
  const documents = selected.length / SELECTED_WORDS;
  const starts = new Float64Array(documents + 1);
  const files = new Map<string, number[]>();
  for (let i = 0; i < documents; i++) {
    const phase = selected[i * SELECTED_WORDS + 1]! >= CUT_STORE ? changedBy(run.plan)! : 'curate'; // what is cut was changed
    const stored = run.outputPath(run.completed(phase, survivors.shardOf(selected[i * SELECTED_WORDS]!)), 'text');
    const inFile = files.get(stored);
    if (inFile === undefined) files.set(stored, [i]);
    else inFile.push(i);
    starts[i + 1] = starts[i]! + selected[i * SELECTED_WORDS + 3]!;
  }
  const bytes = new Uint8Array(starts[documents]!);
  for (const [stored, places] of files) {
    const positions = Float64Array.from(places, (i) => (selected[i * SELECTED_WORDS + 1]! % CUT_STORE) * 2 ** 32 + selected[i * SELECTED_WORDS + 2]!);
    stores.get(stored).copyAll(positions, places.map((i) => selected[i * SELECTED_WORDS + 3]!), bytes, places.map((i) => starts[i]!));
  }
  return { bytes, starts };
}
