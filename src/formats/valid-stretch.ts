/**
 * Which part of a stream of bytes is known to be whole, valid UTF-8: looked at once for every run by the native check, not once for each
 * document in it. Where a run is not valid nothing is known of it, and each document has to be looked at by itself.
 */
import { isUtf8 } from 'node:buffer';

/** Positions count the bytes of the stream. */
export class ValidStretch {
  #from = 0;
  #to = 0;
  /** Whether bytes before `#to` broke it: then continuation bytes there belong to what is not valid. */
  #broken = false;

  /** More of the stream has come: `bytes[start .. end)` begins at `position` and includes what was not looked at yet. */
  extend(bytes: Uint8Array, start: number, end: number, position: number): void {
    if (this.#to < position) {
      this.#from = this.#to = position;
      this.#broken = true;
    }
    let at = start + this.#to - position;
    if (this.#broken) {
      while (at < end && isContinuation(bytes[at]!)) at++;
      this.#from = this.#to = position + at - start;
    }
    const whole = wholeEnd(bytes, at, end);
    this.#broken = !isUtf8(bytes.subarray(at, whole));
    this.#to = position + whole - start;
    if (this.#broken) this.#from = this.#to;
  }

  /** Whether `[from, to)`, of which `bytes[index]` is the first byte, is known to be valid by itself: no character is cut at its ends. */
  covers(from: number, to: number, bytes: Uint8Array, index: number): boolean {
    if (from < this.#from || to > this.#to) return false;
    return !isContinuation(bytes[index]!) && (to === this.#to || !isContinuation(bytes[index + to - from]!));
  }
}

const isContinuation = (byte: number): boolean => (byte & 0xc0) === 0x80;

/** Where the last character that may go on behind `end` begins; `end` where none does. */
function wholeEnd(bytes: Uint8Array, start: number, end: number): number {
  for (let back = 1; back <= 3 && end - back >= start; back++) {
    const byte = bytes[end - back]!;
    if (isContinuation(byte)) continue;
    const width = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return width > back ? end - back : end;
  }
  return end;
}
