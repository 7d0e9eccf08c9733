/**
 * Phase `write`: parts of the corpus, dealt out to the phase's tasks in turn. A task reads the survivor records that `select` put into a part, file by
 * file, and writes them in the part's order. Memory: the records of one part (shardSize, or one longer document) and one open member of output.
 */
import { PositionedFile } from '../../formats/positioned-file.js';
import { corpusLine, framedLine, JsonLine } from '../../formats/json-line.js';
import { LineWriter, type WrittenLines } from '../../formats/line-writer.js';
import { OpenFiles } from '../../formats/open-files.js';
import { unpackSurvivorRecord } from '../../formats/survivor-record.js';
import { TextReader } from '../../formats/text-file.js';
import { changedBy } from '../changed-texts.js';
import type { Phase, Run } from '../run.js';
import { Survivors } from '../survivors.js';
import { CUT_STORE, SELECTED_WORDS, type SelectResult } from './select.js';

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
}

export interface WriteResult {
  readonly parts: readonly WrittenPart[];
}

export const write: Phase<WriteResult> = {
  name: 'write',

  inputs(run, rank) {
    const { format } = run.plan.recipe.output;
    return { format, writer: rank, of: run.plan.writers, selected: run.checksums('select', ['selected']), text: run.checksums('curate', ['text']), cut: run.checksums('cut', ['text']) };
  },

  async execute(run, rank) {
    const { result } = run.completed<SelectResult>('select', 0);
    const survivors = new Survivors(run);
    const stores = new OpenFiles((path) => new TextReader(path));
    const outputs: Record<string, WrittenLines> = {};
    const parts: WrittenPart[] = [];
    try {
      for (let part = rank; part < result.partEnds.length; part += run.plan.writers) {
        const selected = readSelected(run, result, part);
        const { format, order } = run.plan.recipe.output;
        const source = order === 'input' ? `.${run.plan.shards[survivors.shardOf(selected[0]!)]!.source}` : ''; // no part is empty, and then none has two sources
        const path = `corpus/part-${String(part).padStart(5, '0')}${source}.${format}`;
        const written = writePart(run, survivors, stores, selected, path);
        outputs[`part-${part}`] = written;
        const { lines, bytes, sha256, plainBytes, plainSha256 } = written;
        parts.push({ part, path, documents: lines, bytes, sha256, plainBytes, plainSha256 });
        run.progress.add(lines, plainBytes);
      }
      return { outputs, result: { parts } };
    } finally {
      stores.close();
      survivors.close();
    }
  },
};

/** The records of one part, as `select` wrote them: its memory is 20 bytes a document. */
function readSelected(run: Run, { partEnds }: SelectResult, part: number): Uint32Array {
  const first = partEnds[part - 1] ?? 0;
  const width = SELECTED_WORDS * 4;
  const file = new PositionedFile(run.outputPath(run.completed('select', 0), 'selected'));
  try {
    return new Uint32Array(file.read(first * width, (partEnds[part]! - first) * width).buffer);
  } finally {
    file.close();
  }
}

function writePart(run: Run, survivors: Survivors, stores: OpenFiles<TextReader>, selected: Uint32Array, path: string): WrittenLines {
  const documents = selected.length / SELECTED_WORDS;
  const records = new Array<Uint8Array>(documents);
  const files = new Map<string, number[]>();
  for (let i = 0; i < documents; i++) {
    const phase = selected[i * SELECTED_WORDS + 1]! >= CUT_STORE ? changedBy(run.plan)! : 'curate'; // what is cut was changed
    const stored = run.outputPath(run.completed(phase, survivors.shardOf(selected[i * SELECTED_WORDS]!)), 'text');
    const inFile = files.get(stored);
    if (inFile === undefined) files.set(stored, [i]);
    else inFile.push(i);
  }
  const at = (i: number): number => (selected[i * SELECTED_WORDS + 1]! % CUT_STORE) * 2 ** 32 + selected[i * SELECTED_WORDS + 2]!;
  for (const [stored, places] of files) {
    const store = stores.get(stored);
    const found = store.readAll(places.map(at), places.map((i) => selected[i * SELECTED_WORDS + 3]!));
    places.forEach((i, k) => { records[i] = found[k]!; });
  }
  const sourceNames = new Map(run.plan.shards.map(({ source }) => [source, new TextEncoder().encode(source)]));
  const writer = new LineWriter(run.path(path), run.plan.recipe.output.format);
  const line = new JsonLine();
  try {
    for (let i = 0; i < documents; i++) {
      const { id, url, language, frame, quality, text } = unpackSurvivorRecord(records[i]!);
      if (frame.length > 0) {
        writer.write(framedLine(line, frame, text));
        continue;
      }
      const source = sourceNames.get(run.plan.shards[survivors.shardOf(selected[i * SELECTED_WORDS]!)]!.source)!; // made from the same shards
      writer.write(corpusLine(line, { id, source, text, url, score: quality, language }));
    }
    return writer.commit();
  } finally {
    writer.abort();
  }
}
