/**
 * The words of a URL: its runs of ASCII letters and digits, in small letters. Everything else divides them, letters of other scripts and percent signs
 * too, as in datatrove's URL filter.
 */

/** Reads one URL after another into one buffer. Memory: the longest URL, and 8 bytes for each of its words. */
export class UrlWords {
  /** All words end to end: the URL with nothing but its letters and digits. */
  bytes = new Uint8Array(2048);
  end = 0;
  /** Word i is `bytes[starts[i] .. starts[i + 1])`, the last one ends at `end`. */
  readonly starts: number[] = [];

  read(url: Uint8Array): void {
    if (this.bytes.length < url.length) this.bytes = new Uint8Array(2 * url.length);
    this.end = 0;
    this.starts.length = 0;
    let inside = false;
    for (const byte of url) {
      const small = byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
      const isWord = (small >= 0x61 && small <= 0x7a) || (small >= 0x30 && small <= 0x39);
      if (isWord) {
        if (!inside) this.starts.push(this.end);
        this.bytes[this.end++] = small;
      }
      inside = isWord;
    }
  }

  endOf(word: number): number {
    return this.starts[word + 1] ?? this.end;
  }
}
