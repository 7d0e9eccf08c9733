/**
 * A URL as lists compare it: host and path in one form, however it was written. Works on bytes, without the URL class: that one throws on what crawls
 * contain, costs microseconds, and turns names into punycode, whereas a list is compared with what the crawl says.
 */

const SLASH = 0x2f;
const COLON = 0x3a;
const AT = 0x40;
const DOT = 0x2e;
const WWW = [0x77, 0x77, 0x77, DOT];

/**
 * Reads one URL after another into one buffer: host, then path and query. Lower case (A-Z only) is for the host alone; scheme, user info, port, fragment, dots
 * behind the host and one slash at the end are left out; punycode, percent escapes and other scripts stay as they are. Linear time; memory: the longest URL.
 */
export class UrlParts {
  /** The host is `bytes[0 .. hostEnd)`, the whole `bytes[0 .. end)`. */
  bytes = new Uint8Array(2048);
  hostEnd = 0;
  end = 0;
  /** The host is an IP address: it has no parent domains. */
  isAddress = false;

  read(url: Uint8Array, from = 0, to = url.length): void {
    if (this.bytes.length < to - from) this.bytes = new Uint8Array(2 * (to - from));
    let start = from;
    let stop = to;
    while (start < stop && url[start]! <= 0x20) start++;
    while (stop > start && url[stop - 1]! <= 0x20) stop--;
    start = afterScheme(url, start, stop);
    const authorityEnd = scan(url, start, stop, isAuthorityEnd);
    this.#readHost(url, start, authorityEnd);
    const pathEnd = scan(url, authorityEnd, stop, (byte) => byte === 0x23);
    this.end = this.hostEnd;
    for (let i = authorityEnd; i < pathEnd; i++) this.bytes[this.end++] = url[i]!;
    if (this.end > this.hostEnd && this.bytes[this.end - 1] === SLASH) this.end--;
  }

  /** Where the host begins without a `www.` in front of a longer name: block lists leave it out. */
  get afterWww(): number {
    return this.hostEnd > WWW.length && WWW.every((byte, i) => this.bytes[i] === byte) ? WWW.length : 0;
  }

  #readHost(url: Uint8Array, from: number, to: number): void {
    let start = from;
    for (let i = from; i < to; i++) if (url[i] === AT) start = i + 1;
    const bracket = url[start] === 0x5b ? scan(url, start, to, (byte) => byte === 0x5d) : to;
    let end = bracket < to ? bracket + 1 : withoutPort(url, start, to);
    while (end > start && url[end - 1] === DOT) end--;
    this.hostEnd = 0;
    for (let i = start; i < end; i++) this.bytes[this.hostEnd++] = url[i]! >= 0x41 && url[i]! <= 0x5a ? url[i]! + 0x20 : url[i]!;
    const lastLabel = this.bytes.subarray(0, this.hostEnd).lastIndexOf(DOT) + 1;
    this.isAddress = this.bytes[0] === 0x5b || (lastLabel < this.hostEnd && scan(this.bytes, lastLabel, this.hostEnd, (byte) => !isDigit(byte)) === this.hostEnd);
  }
}

/** Where the authority begins: behind `scheme://` or `//`, or at once where there is neither, as in block lists. */
function afterScheme(url: Uint8Array, from: number, to: number): number {
  const end = scan(url, from, to, (byte) => !isSchemeByte(byte));
  const slashes = url[end] === COLON ? end + 1 : end === from ? from : to;
  return slashes + 1 < to && url[slashes] === SLASH && url[slashes + 1] === SLASH ? slashes + 2 : from;
}

function withoutPort(url: Uint8Array, from: number, to: number): number {
  let at = to;
  while (at > from && isDigit(url[at - 1]!)) at--;
  return at > from && url[at - 1] === COLON ? at - 1 : to;
}

/** The first place in `[from, to)` whose byte is wanted, or `to`. */
function scan(bytes: Uint8Array, from: number, to: number, isWanted: (byte: number) => boolean): number {
  let at = from;
  while (at < to && !isWanted(bytes[at]!)) at++;
  return at;
}

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
const isLetter = (byte: number): boolean => (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
const isSchemeByte = (byte: number): boolean => isLetter(byte) || isDigit(byte) || byte === 0x2b || byte === 0x2d || byte === DOT;
/** A slash, a question mark, a number sign, and the backslash that browsers take for a slash. */
const isAuthorityEnd = (byte: number): boolean => byte === SLASH || byte === 0x3f || byte === 0x23 || byte === 0x5c;
