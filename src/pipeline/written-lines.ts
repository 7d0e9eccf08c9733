/** The lines of a file of the corpus, read back as they are stored. Memory: a run of bytes and the longest line. */
import { ShardError } from '../core/errors.js';
import { ByteWindow } from '../formats/byte-window.js';
import { inflateMembers } from '../formats/gzip-members.js';
import { openInput } from '../storage/input-file.js';

const LINE_FEED = 0x0a;

/** Without their ends; views that are valid until the next. ShardError where the file is damaged or its last line is not whole. */
export async function* writtenLines(path: string): AsyncGenerator<Uint8Array> {
  const input = await openInput(path);
  try {
    const window = new ByteWindow();
    let searched = 0; // bytes of the window known to hold no line end
    // our own lines may pack as well as they like
    for await (const item of inflateMembers(input.blocks(0), { maxRatio: Infinity })) {
      if (item.kind === 'fault') throw new ShardError(`${path}: byte ${item.fault.offset}: ${item.fault.detail}`);
      window.append(item.bytes);
      for (;;) {
        const found = window.bytes.indexOf(LINE_FEED, window.start + searched);
        if (found < 0 || found >= window.end) break;
        yield window.bytes.subarray(window.start, found);
        window.consume(found + 1 - window.start);
        searched = 0;
      }
      searched = window.length;
    }
    if (window.length > 0) throw new ShardError(`${path}: found ${window.length} bytes behind the last line end, expected whole lines`);
  } finally {
    await input.close();
  }
}
