/** Reads a broken file by a source, and says what does not hold of what came: nothing where all does. */
import { Buffer } from 'node:buffer';
import { documentBytes } from '#src/core/document-batch.js';
import { ShardError } from '#src/core/errors.js';
import type { Fault, Shard, Source } from '#src/core/stage.js';
import { repairUtf8 } from '#src/formats/utf8-repair.js';
import type { BrokenCase } from './case.js';

/** One document of so many is read again by its place: which, differs from case to case. */
const READ_AGAIN = 4;

export interface ReadDocument {
  readonly text: Buffer;
  readonly offset: number;
  readonly inner: number;
}

export interface ReadCase {
  readonly documents: readonly ReadDocument[];
  readonly faults: readonly Fault[];
  readonly error: string | undefined;
}

/** Throws what no reader may throw. */
export async function readShard(source: Source, shard: Shard): Promise<ReadCase> {
  const documents: ReadDocument[] = [];
  const faults: Fault[] = [];
  try {
    for await (const item of source.read(shard)) {
      if (item.kind === 'faults') {
        faults.push(...item.faults);
        continue;
      }
      const place = (name: string, row: number): number => {
        const column = item.batch.columns.get(name);
        if (column?.kind !== 'float64') throw new Error(`no column ${name}`);
        return column.values[row]!; // a row of the batch
      };
      for (let row = 0; row < item.batch.length; row++) documents.push({ text: Buffer.from(documentBytes(item.batch, row)), offset: place('offset', row), inner: place('inner', row) });
    }
  } catch (error) {
    if (!(error instanceof ShardError)) throw error;
    return { documents, faults, error: error.message };
  }
  return { documents, faults, error: undefined };
}

/** What is not as the case demands, each in a line. */
export async function differences(source: Source, shard: Shard, broken: BrokenCase): Promise<string[]> {
  const { documents, faults, error } = await readShard(source, shard);
  const found: string[] = [];
  if (error !== undefined) {
    if (broken.error?.test(error) !== true && broken.mayFail !== true) found.push(`refused: ${error}`);
    return found;
  }
  if (broken.error !== undefined) found.push('not refused');
  found.push(...differentTexts(broken, documents.map(({ text }) => text)), ...differentFaults(broken, faults));
  for (const { reason, offset, inner, bytes, detail } of faults) {
    const inside = offset >= 0 && offset <= broken.bytes.length && inner >= 0 && Number.isSafeInteger(bytes) && bytes >= 0;
    if (!source.reasons.includes(reason) || !inside || !detail.includes('found ')) found.push(`fault ${reason} at ${offset}+${inner}, ${bytes} bytes: ${detail}`);
  }
  for (const { text, offset, inner } of documents.filter((_, i) => (i + broken.bytes.length) % READ_AGAIN === 0)) {
    const again = repairUtf8(await source.readAt(shard, offset, inner)).text;
    if (!text.equals(again)) found.push(`at ${offset}+${inner}: found another text again`);
  }
  return found;
}

function differentTexts({ documents: expected, perhaps, mayFail }: BrokenCase, texts: readonly Buffer[]): string[] {
  if (mayFail === true) return [];
  const others = perhaps !== undefined && texts.length === expected.length + 1 ? texts.filter((_, i) => i !== perhaps.at) : texts;
  const more = texts.length > others.length ? texts[perhaps!.at]! : undefined; // others are fewer only there
  if (more !== undefined && perhaps?.text !== undefined && !more.equals(perhaps.text)) return [`half a record: ${more.length} bytes of ${perhaps.text.length}`];
  if (others.length !== expected.length) return [`found ${texts.length} documents, expected ${expected.length}${perhaps === undefined ? '' : ' or one more'}`];
  return others.flatMap((text, i) => (text.equals(expected[i]!) ? [] : [`document ${i}: found ${JSON.stringify(String(text)).slice(0, 80)}, expected ${JSON.stringify(String(expected[i])).slice(0, 80)}`]));
}

function differentFaults({ faults: expected, mostLost = 0 }: BrokenCase, faults: readonly Fault[]): string[] {
  if (expected === undefined) {
    const lost = faults.filter((fault) => fault.lost).length;
    return lost > mostLost ? [`lost ${lost}: ${faults.map(({ reason }) => reason).join(', ')}; expected at most ${mostLost}`] : [];
  }
  const counted: Record<string, number> = {};
  for (const { reason, lost } of faults) {
    const key = lost ? reason : `repaired: ${reason}`;
    counted[key] = (counted[key] ?? 0) + 1;
  }
  const say = (counts: Readonly<Record<string, number>>): string => Object.entries(counts).sort().map(([reason, count]) => `${reason} ${count}`).join(', ') || 'none';
  return say(counted) === say(expected) ? [] : [`faults: found ${say(counted)}, expected ${say(expected)}`];
}
