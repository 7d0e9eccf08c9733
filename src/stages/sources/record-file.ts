/**
 * What sources of one file with many records share: opening it, inflating it, feeding a parser, and finding one document again by its
 * place. The parser is the source's own.
 */
import { ShardError } from '../../core/errors.js';
import type { Fault, Shard, ShardFile, SourceItem } from '../../core/stage.js';
import { BatchBuilder, DOCUMENT_REASONS } from '../../formats/batch-builder.js';
import type { FoundDocument, FoundSpans } from '../../formats/found-document.js';
import { GZIP_REASONS, inflateMembers } from '../../formats/gzip-members.js';
import type { ByteRun } from '../../formats/record-place.js';
import { repairUtf8 } from '../../formats/utf8-repair.js';
import { ZSTD_REASONS } from '../../formats/zstd-frames.js';
import type { SourceLimits } from './source-limits.js';
import { openInput } from '../../storage/input-file.js';

/** Reasons of the file and its compression, and those of every document; `empty-file`: no bytes at all. */
export const RECORD_FILE_REASONS = ['empty-file', ...GZIP_REASONS, ...ZSTD_REASONS, ...DOCUMENT_REASONS] as const;

export interface RecordSink {
  add(found: FoundDocument): void;
  addSpans(found: FoundSpans): void;
  fault(fault: Fault): void;
}

export interface RecordParser {
  /** How records begin, where the format says (gzip-members.ts). */
  readonly mark?: Uint8Array;
  push(run: ByteRun): void;
  break(): void;
  end(): void;
}

export type ParserMaker = (sink: RecordSink) => RecordParser;

/** Reads a shard of one file through a parser. Throws ShardError when the file cannot be read. */
export async function* readRecords(shard: Shard, makeParser: ParserMaker, { maxDocumentBytes, maxRatio }: SourceLimits, signal?: AbortSignal): AsyncGenerator<SourceItem> {
  const file = onlyFile(shard);
  const builder = new BatchBuilder({ shardName: shard.name, maxDocumentBytes });
  const parser = makeParser(builder);
  const input = await openInput(file.path);
  try {
    if (input.size === 0) builder.fault({ reason: 'empty-file', offset: 0, inner: 0, bytes: 0, lost: true, detail: 'found no bytes, expected records' });
    for await (const item of inflateMembers(input.blocks(0, signal), { maxRatio, mark: parser.mark })) {
      if (item.kind === 'bytes') {
        parser.push(item);
      } else {
        parser.break();
        builder.fault(item.fault);
      }
      yield* builder.take();
    }
    parser.end();
    yield* builder.finish();
  } finally {
    await input.close();
  }
}

/**
 * The text of the document at a place: inflates from its member on, passes over `inner` bytes, and parses the record there. Throws
 * ShardError where there is none, because the file is another than when the place was reported.
 */
export async function readRecordAt(shard: Shard, makeParser: ParserMaker, { maxRatio }: SourceLimits, offset: number, inner: number): Promise<Uint8Array> {
  const input = await openInput(onlyFile(shard).path);
  try {
    let text: Uint8Array | undefined;
    let other = false;
    const take = (found: Uint8Array, isAsked: boolean): void => {
      if (!other && text === undefined && isAsked) text = repairUtf8(found.slice()).text;
      other = true;
    };
    const parser = makeParser({
      add: (found) => take(found.text, found.offset === offset && found.inner === 0),
      addSpans: (found) => take(found.bytes.subarray(found.textStart, found.textEnd), found.offset === offset && found.inner === 0),
      fault: ({ lost }) => { other ||= lost; },
    });
    let skip = inner;
    for await (const item of inflateMembers(input.blocks(offset), { start: offset, maxRatio, mark: parser.mark })) {
      if (item.kind === 'fault') break;
      if (item.bytes.length <= skip && skip > 0) {
        skip -= item.bytes.length;
        continue;
      }
      parser.push(skip === 0 ? item : runFrom(item, skip, offset));
      skip = 0;
      if (other) break;
    }
    if (!other) parser.end();
    if (text !== undefined) return text;
    throw new ShardError(`${shard.name}: found no document at byte ${offset}+${inner}, expected the one that was read there`);
  } finally {
    await input.close();
  }
}

/** The rest of a run, as if a member at `offset` began with it. */
function runFrom({ bytes, starts, ended, plain }: ByteRun, skip: number, offset: number): ByteRun {
  const later = starts.filter(({ at }) => at > skip).map((start) => ({ ...start, at: start.at - skip }));
  return { kind: 'bytes', bytes: bytes.subarray(skip), starts: [{ at: 0, offset }, ...later], ended, plain };
}

function onlyFile({ name, files }: Shard): ShardFile {
  const [file] = files;
  if (file === undefined || files.length > 1) throw new ShardError(`${name}: found ${files.length} files, expected one`);
  return file;
}
