// The set of a document's shingles: their hashes in ascending order, each once. Room for two times 8 bytes a shingle of the largest document.
import { sortU64 } from './radix-sort';
import { nextShingles, shingles, startShingles } from './shingles';
import { ensure, grow } from './tokens';

const ALL: i32 = 43;
const OTHER: i32 = 44;

let set: usize = 0;
/** Where the set that shingleSet made last lies. */
export function shingleSetPointer(): usize { return set; }

/** Makes the set of a row; gives how many shingles are in it. */
export function shingleSet(row: u32, unit: u32, length: u32): u32 {
  let count: u32 = 0;
  let all: usize = 0;
  startShingles(<usize>row, unit, length);
  for (let found = nextShingles(); found > 0; found = nextShingles()) {
    all = grow(ALL, (count + found) << 3);
    memory.copy(all + (<usize>count << 3), shingles, <usize>found << 3);
    count += found;
  }
  if (count == 0) return 0;
  set = sortU64(all, ensure(OTHER, count << 3), count);
  let to = set;
  for (let at = set + 8; at < set + (<usize>count << 3); at += 8) {
    const value = load<u64>(at);
    if (value == load<u64>(to)) continue;
    to += 8;
    store<u64>(to, value);
  }
  return (<u32>(to - set) >> 3) + 1;
}
