// Sorting u64 in ascending order, least significant byte first: eight counts of one pass over the values, then a pass for each byte that is not the same in
// all of them. The work does not depend on the values, so no text can make it slow.

const counts = memory.data(8 * 256 * sizeof<u32>());

/** Sorts `count` values at `values`; `other` is room for as many. Gives the one of the two places where the result lies. */
export function sortU64(values: usize, other: usize, count: u32): usize {
  const bytes = <usize>count << 3;
  memory.fill(counts, 0, 8 * 256 * sizeof<u32>());
  for (let at = values; at < values + bytes; at += 8) {
    const value = load<u64>(at);
    for (let digit: u32 = 0; digit < 8; digit++) {
      const slot = counts + (<usize>((digit << 8) | (<u32>(value >> (digit << 3)) & 255)) << 2);
      store<u32>(slot, load<u32>(slot) + 1);
    }
  }
  let from = values;
  let to = other;
  for (let digit: u32 = 0; digit < 8; digit++) {
    const table = counts + (<usize>digit << 10);
    const shift = <u64>digit << 3;
    if (count == 0 || load<u32>(table + ((<usize>(load<u64>(from) >> shift) & 255) << 2)) == count) continue;
    let before: u32 = 0;
    for (let slot = table; slot < table + 1024; slot += 4) {
      const here = load<u32>(slot);
      store<u32>(slot, before);
      before += here;
    }
    for (let at = from; at < from + bytes; at += 8) {
      const value = load<u64>(at);
      const slot = table + ((<usize>(value >> shift) & 255) << 2);
      const position = load<u32>(slot);
      store<u64>(to + (<usize>position << 3), value);
      store<u32>(slot, position + 1);
    }
    const swapped = from;
    from = to;
    to = swapped;
  }
  return from;
}
