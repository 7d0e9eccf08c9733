// Hashes of a document's shingles (reference/shingles.ts), some thousand at a time in a buffer that fits the first-level cache, so that memory is constant
// whatever the length of a document.
import { ensure } from './tokens';
import { nextUnits, startUnits } from './units';

const UNITS: i32 = 40;
const SHINGLES: i32 = 41;
const SHINGLES_A_TURN: u32 = 2048;

const BASE: u64 = 0x9e3779b97f4a7c15;
const MIX_1: u64 = 0xbf58476d1ce4e5b9;
const MIX_2: u64 = 0x94d049bb133111eb;

/** u64 hashes of the shingles that nextShingles gave last. */
export let shingles: usize = 0;
/** Units read so far: all of the document's when nextShingles has given 0. */
export let unitsRead: u32 = 0;

let units: usize = 0;
let held: u32 = 0;
let length: u32 = 0;

@inline export function mix(z: u64): u64 {
  z = (z ^ (z >> 30)) * MIX_1;
  z = (z ^ (z >> 27)) * MIX_2;
  return z ^ (z >> 31);
}

/** Begins with the shingles of a row: runs of `unitsEach` units of a kind (units.ts). */
export function startShingles(row: usize, unit: u32, unitsEach: u32): void {
  length = unitsEach;
  units = ensure(UNITS, (SHINGLES_A_TURN + unitsEach) << 3);
  shingles = ensure(SHINGLES, SHINGLES_A_TURN << 3);
  held = 0;
  unitsRead = 0;
  startUnits(row, unit);
}

/** Fills `shingles` with the next ones; how many there are, 0 at the end of the document. */
export function nextShingles(): u32 {
  const read = nextUnits(units + (<usize>held << 3), SHINGLES_A_TURN + length - 1 - held);
  unitsRead += read;
  held += read;
  if (held < length) return 0;
  const count = held - length + 1;
  const stop = units + (<usize>count << 3);
  let out = shingles;
  for (let at = units; at < stop; at += 8) {
    let polynomial: u64 = 0;
    for (let unit: u32 = 0; unit < length; unit++) polynomial = polynomial * BASE + load<u64>(at + (<usize>unit << 3));
    store<u64>(out, mix(polynomial));
    out += 8;
  }
  held = length - 1;
  memory.copy(units, stop, held << 3);
  return count;
}
