/**
 * Writes lines to a plain, gzip or Zstandard file: the corpus, and whatever else is JSONL. The latter two go out in members (frames) of whole lines, so
 * that a reader can start at any of them and a damaged one costs no other. The plain bytes have a checksum of their own, since that of the file depends on the codec.
 */
import { createHash } from 'node:crypto';
import { AtomicFile, type WrittenFile } from './atomic-file.js';
import { gzipMember } from './gzip-member.js';
import { zstdFrame } from './zstd-engine.js';

export const LINE_CODECS = ['jsonl', 'jsonl.gz', 'jsonl.zst'] as const;
export type LineCodec = (typeof LINE_CODECS)[number];

/** A member is closed when its lines reach this many plain bytes. */
const MEMBER_BYTES = 1 << 20;
/** Of gzip and of Zstandard: the levels beyond which each step costs more of the time than it saves of the bytes. README.md beside this has the figures. */
const LEVELS: Readonly<Record<LineCodec, number>> = { 'jsonl': 0, 'jsonl.gz': 2, 'jsonl.zst': 3 };

export interface WrittenLines extends WrittenFile {
  /** SHA-256 of the file as it is stored. */
  readonly sha256: string;
  readonly lines: number;
  readonly plainBytes: number;
  /** SHA-256 of the lines before compression. */
  readonly plainSha256: string;
}

export class LineWriter {
  readonly #file: AtomicFile;
  readonly #codec: LineCodec;
  readonly #level: number;
  readonly #plainHash = createHash('sha256');
  #member = new Uint8Array(MEMBER_BYTES + (MEMBER_BYTES >> 2));
  #used = 0;
  #lines = 0;
  #plainBytes = 0;

  /**
   * `level` is the codec's own: 1 to 9, or 1 to 19. For `jsonl.zst`, `loadZstd` must have ended. Throws OutputError, as all methods do. Memory:
   * 1 MiB and the longest line, twice that where it is compressed (four times for Zstandard), and 1 MiB of output buffer.
   */
  constructor(path: string, codec: LineCodec, options: { readonly level?: number } = {}) {
    this.#codec = codec;
    this.#level = options.level ?? LEVELS[codec];
    this.#file = AtomicFile.create(path, { sha256: true });
  }

  get lines(): number {
    return this.#lines;
  }

  /** Bytes of all lines before compression: what the size of a corpus shard is bounded by. */
  get plainBytes(): number {
    return this.#plainBytes;
  }

  /** Appends one line, which must end in its only line feed; the bytes are copied. */
  write(line: Uint8Array): void {
    if (this.#used + line.length > this.#member.length) {
      const grown = new Uint8Array(this.#used + line.length);
      grown.set(this.#member.subarray(0, this.#used));
      this.#member = grown;
    }
    this.#member.set(line, this.#used);
    this.#used += line.length;
    this.#plainBytes += line.length;
    this.#lines += 1;
    if (this.#used >= MEMBER_BYTES) this.#endMember();
  }

  /** Closes the last member; the file appears under its name. A file without lines is one empty member or frame, which other tools accept. */
  commit(): WrittenLines {
    if (this.#used > 0 || this.#lines === 0) this.#endMember();
    const written = this.#file.commit();
    return {
      ...written,
      sha256: written.sha256!, // asked for in the constructor
      lines: this.#lines,
      plainBytes: this.#plainBytes,
      plainSha256: this.#plainHash.digest('hex'),
    };
  }

  /** Does nothing after a commit. */
  abort(): void {
    this.#file.abort();
  }

  #endMember(): void {
    const plain = this.#member.subarray(0, this.#used);
    this.#used = 0;
    this.#plainHash.update(plain);
    this.#file.write(this.#packed(plain));
  }

  #packed(plain: Uint8Array): Uint8Array {
    switch (this.#codec) {
      case 'jsonl': return plain;
      case 'jsonl.gz': return gzipMember(plain, this.#level);
      case 'jsonl.zst': return zstdFrame(plain, this.#level);
    }
  }
}
