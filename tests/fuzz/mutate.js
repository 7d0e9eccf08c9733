// Makes one input of good ones: bits, ranges, lengths and words are changed in the ways that broken disks, cut transfers, wrong programs and spiteful people change them.

/** Inputs are cut to this: a reader's bounds are tested by tests that know them, and small inputs are many. */
export const MAX_INPUT_BYTES = 16 * 1024;

const BOUNDARIES = [
  0n, 1n, -1n, 2n, 7n, 8n, 16n, 127n, 128n, 255n, 256n, 32_767n, 32_768n, 65_535n, 65_536n, 2n ** 24n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 40n,
  2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n, 2n ** 63n,
];
const NUMBERS = ['', '0', '-0', '-1', '+1', '1', '00', '007', '1e9', '1e999', '0x10', '1.5', '255', '256', '65535', '65536', '2147483647', '2147483648', '4294967295', '4294967296',
  '9007199254740991', '9007199254740993', '18446744073709551615', '99999999999999999999999', 'NaN', 'Infinity', 'null', '１２'];

/** A new input: one of the seeds, changed in one place or in some; sometimes noise, or the reader's words in any order. */
export function inputOf(random, seeds, tokens) {
  const kind = random.below(64);
  if (kind === 0) return random.bytes(random.below(2048));
  if (kind === 1 && tokens.length > 0) return soup(random, tokens);
  return mutate(random, random.one(seeds), seeds, tokens);
}

/** `bytes` changed; they are left alone. */
export function mutate(random, bytes, seeds, tokens) {
  let changed = Buffer.from(bytes);
  const times = random.once(2) ? 1 : random.once(4) ? 1 + random.below(16) : 2 + random.below(3);
  for (let i = 0; i < times; i++) changed = random.one(CHANGES)(changed, random, seeds, tokens);
  return changed.length > MAX_INPUT_BYTES ? changed.subarray(0, MAX_INPUT_BYTES) : changed;
}

function soup(random, tokens) {
  const parts = Array.from({ length: 1 + random.below(64) }, () => (random.once(8) ? random.bytes(random.below(9)) : bytesOf(random.one(tokens))));
  return Buffer.concat(parts).subarray(0, MAX_INPUT_BYTES);
}

const bytesOf = (token) => (typeof token === 'string' ? Buffer.from(token) : token);

const replaced = (bytes, from, to, by) => Buffer.concat([bytes.subarray(0, from), by, bytes.subarray(to)]);

/** A range of any length, mostly short. */
function range(bytes, random) {
  const from = random.below(bytes.length + 1);
  const most = random.once(4) ? bytes.length : 32;
  return [from, Math.min(bytes.length, from + random.below(most + 1))];
}

const CHANGES = [
  // a bit
  (bytes, random) => {
    if (bytes.length > 0) bytes[random.below(bytes.length)] ^= 1 << random.below(8);
    return bytes;
  },
  // a byte
  (bytes, random) => {
    if (bytes.length > 0) bytes[random.below(bytes.length)] = random.one([0, 0xff, 0x0a, 0x0d, 0x20, 0x22, 0x7f, 0x80, random.below(256)]);
    return bytes;
  },
  // the end is missing, or the beginning
  (bytes, random) => (random.once(4) ? bytes.subarray(random.below(bytes.length + 1)) : bytes.subarray(0, random.below(bytes.length + 1))),
  // a range is missing, doubled, zeroed, or repeated
  (bytes, random) => replaced(bytes, ...range(bytes, random), Buffer.alloc(0)),
  (bytes, random) => {
    const [from, to] = range(bytes, random);
    return replaced(bytes, to, to, bytes.subarray(from, to));
  },
  (bytes, random) => bytes.fill(random.one([0, 0xff, 0x0a]), ...range(bytes, random)),
  (bytes, random) => {
    const from = random.below(bytes.length + 1);
    const part = bytes.subarray(from, Math.min(bytes.length, from + 1 + random.below(16)));
    const times = Math.min(random.one([2, 8, 64, 1024]), Math.floor(MAX_INPUT_BYTES / Math.max(1, part.length)));
    return replaced(bytes, from, from, Buffer.concat(Array.from({ length: times }, () => part)));
  },
  // other bytes come between: noise, a word of the format, a piece of another file, a whole other file
  (bytes, random) => {
    const at = random.below(bytes.length + 1);
    return replaced(bytes, at, at, random.bytes(random.below(random.once(4) ? 300 : 9)));
  },
  (bytes, random, _, tokens) => {
    if (tokens.length === 0) return bytes;
    const at = random.below(bytes.length + 1);
    const token = bytesOf(random.one(tokens));
    return replaced(bytes, at, random.once(2) ? at : Math.min(bytes.length, at + token.length), token);
  },
  (bytes, random, seeds) => {
    const other = random.one(seeds);
    return replaced(bytes, ...range(bytes, random), other.subarray(...range(other, random)));
  },
  (bytes, random, seeds) => (random.once(2) ? Buffer.concat([bytes, random.one(seeds)]) : Buffer.concat([random.one(seeds), bytes])),
  // a binary number says something else
  binaryNumber,
  binaryNumber,
  // so does a number in digits
  writtenNumber,
  writtenNumber,
  // two ranges change places
  (bytes, random) => {
    const [a, b] = range(bytes, random);
    const [c, d] = range(bytes, random);
    return b <= c ? Buffer.concat([bytes.subarray(0, a), bytes.subarray(c, d), bytes.subarray(b, c), bytes.subarray(a, b), bytes.subarray(d)]) : bytes;
  },
];

function binaryNumber(bytes, random) {
  const width = random.one([1, 2, 4, 4, 8, 8]);
  if (bytes.length < width) return bytes;
  const at = random.below(bytes.length - width + 1);
  const bits = BigInt(8 * width);
  const least = random.one([0, 1]) === 0;
  let value = random.one(BOUNDARIES);
  if (random.once(4)) value = BigInt(bytes.length) + BigInt(random.below(9) - 4);
  if (random.once(4)) { // near what stands there
    let there = 0n;
    for (let i = 0; i < width; i++) there = (there << 8n) | BigInt(bytes[least ? at + width - 1 - i : at + i]);
    value = there + BigInt(random.below(5) - 2);
  }
  value = BigInt.asUintN(Number(bits), value);
  for (let i = 0; i < width; i++) bytes[least ? at + i : at + width - 1 - i] = Number((value >> BigInt(8 * i)) & 0xffn);
  return bytes;
}

function writtenNumber(bytes, random) {
  const start = random.below(bytes.length + 1);
  let from = start;
  while (from < bytes.length && !isDigit(bytes[from])) from++;
  let to = from;
  while (to < bytes.length && isDigit(bytes[to])) to++;
  if (from === to) return bytes;
  const there = Number(bytes.toString('latin1', from, Math.min(to, from + 15)));
  const number = random.once(2) ? random.one(NUMBERS) : String(there + random.below(9) - 4);
  return replaced(bytes, from, to, Buffer.from(number));
}

const isDigit = (byte) => byte >= 0x30 && byte <= 0x39;
