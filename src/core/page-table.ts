/**
 * A byte for every code point, in a table of two levels: Unicode has few distinct pages of 256 code points, so some 60 KB hold what flat would be a
 * megabyte. Built from runs, as the shipped tables of character properties are stored.
 */
export interface PageTable {
  /** `pages[codePoint >> 8]` is the page; its byte is `bytes[(page << 8) | (codePoint & 255)]`. */
  readonly pages: Uint8Array;
  readonly bytes: Uint8Array;
}

/** From ascending [first code point, byte] runs, each up to the next; `name` is for the message. Throws where there are more than 256 distinct pages. */
export function buildPageTable(runs: readonly (readonly number[])[], name: string): PageTable {
  const flat = new Uint8Array(0x110000);
  runs.forEach(([first, byte], i) => flat.fill(byte!, first, runs[i + 1]?.[0] ?? flat.length)); // a run is a pair
  const pages = new Uint8Array(flat.length >> 8);
  const known = new Map<string, number>();
  const distinct: Uint8Array[] = [];
  for (let page = 0; page < pages.length; page++) {
    const values = flat.subarray(page << 8, (page + 1) << 8);
    const key = values.join();
    let at = known.get(key);
    if (at === undefined) known.set(key, (at = distinct.push(values) - 1));
    pages[page] = at;
  }
  if (distinct.length > 256) throw new Error(`${name} has ${distinct.length} distinct pages, expected at most 256`);
  return { pages, bytes: Uint8Array.from(distinct.flatMap((values) => [...values])) };
}

export function byteOf({ pages, bytes }: PageTable, codePoint: number): number {
  return bytes[(pages[codePoint >> 8]! << 8) | (codePoint & 255)]!;
}
