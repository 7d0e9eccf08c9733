/**
 * XXH64 with seed 0 (the xxHash specification, 0.1.1), of which Zstandard frames carry the low 32 bits of their content. The long loop works on 32-bit
 * halves, because BigInt is some fifty times slower; what comes after it is at most 31 bytes and does use BigInt.
 */

const MASK = (1n << 64n) - 1n;
const PRIME1 = 0x9e3779b185ebca87n;
const PRIME2 = 0xc2b2ae3d27d4eb4fn;
const PRIME3 = 0x165667b19e3779f9n;
const PRIME4 = 0x85ebca77c2b2ae63n;
const PRIME5 = 0x27d4eb2f165667c5n;
/** Primes 1 and 2 in pieces: high half, then the low half's upper and lower 16 bits. */
const [P1H, P1M, P1L] = [0x9e3779b1, 0x85eb, 0xca87] as const;
const [P2H, P2M, P2L] = [0xc2b2ae3d, 0x27d4, 0xeb4f] as const;
const STRIPE_BYTES = 32;

/** Bytes in any pieces, then the digest. Memory: 32 bytes of a stripe that is not full. */
export class XxHash64 {
  /** Four accumulators, the high half before the low. */
  readonly #lanes = Int32Array.from([PRIME1 + PRIME2, PRIME2, 0n, -PRIME1].flatMap((value) => [Number(BigInt.asIntN(32, value >> 32n)), Number(BigInt.asIntN(32, value))]));
  readonly #stripe = new Uint8Array(STRIPE_BYTES);
  #filled = 0;
  #length = 0;

  update(bytes: Uint8Array): void {
    this.#length += bytes.length;
    let at = 0;
    if (this.#filled > 0) {
      at = Math.min(STRIPE_BYTES - this.#filled, bytes.length);
      this.#stripe.set(bytes.subarray(0, at), this.#filled);
      this.#filled += at;
      if (this.#filled < STRIPE_BYTES) return;
      addStripes(this.#lanes, this.#stripe, 0, STRIPE_BYTES);
    }
    const whole = bytes.length - ((bytes.length - at) % STRIPE_BYTES);
    addStripes(this.#lanes, bytes, at, whole);
    this.#stripe.set(bytes.subarray(whole));
    this.#filled = bytes.length - whole;
  }

  /** The low half of the digest of all bytes so far, unsigned. */
  low32(): number {
    let hash = (this.#length < STRIPE_BYTES ? PRIME5 : this.#merged()) + BigInt(this.#length) & MASK;
    const rest = new DataView(this.#stripe.buffer);
    let at = 0;
    for (; at + 8 <= this.#filled; at += 8) hash = rotate(hash ^ round(0n, rest.getBigUint64(at, true)), 27n) * PRIME1 + PRIME4 & MASK;
    if (at + 4 <= this.#filled) {
      hash = rotate(hash ^ (BigInt(rest.getUint32(at, true)) * PRIME1 & MASK), 23n) * PRIME2 + PRIME3 & MASK;
      at += 4;
    }
    for (; at < this.#filled; at++) hash = rotate(hash ^ (BigInt(rest.getUint8(at)) * PRIME5 & MASK), 11n) * PRIME1 & MASK;
    hash = (hash ^ hash >> 33n) * PRIME2 & MASK;
    hash = (hash ^ hash >> 29n) * PRIME3 & MASK;
    return Number((hash ^ hash >> 32n) & 0xffffffffn);
  }

  #merged(): bigint {
    const lanes = [0, 2, 4, 6].map((at) => BigInt.asUintN(32, BigInt(this.#lanes[at]!)) << 32n | BigInt.asUintN(32, BigInt(this.#lanes[at + 1]!)));
    const sum = [1n, 7n, 12n, 18n].reduce((all, bits, i) => all + rotate(lanes[i]!, bits), 0n) & MASK;
    return lanes.reduce((hash, lane) => (hash ^ round(0n, lane)) * PRIME1 + PRIME4 & MASK, sum);
  }
}

/** Each lane takes 8 bytes of a stripe: (lane + bytes * prime 2), rotated left by 31, times prime 1. `from` to `to` is whole stripes. */
function addStripes(lanes: Int32Array, bytes: Uint8Array, from: number, to: number): void {
  for (let lane = 0; lane < 8; lane += 2) {
    let high = lanes[lane]!;
    let low = lanes[lane + 1]!;
    for (let at = from + 4 * lane; at < to; at += STRIPE_BYTES) {
      const m = bytes[at]! | (bytes[at + 1]! << 8); // the word's lower 16 bits, and those above them
      const n = bytes[at + 2]! | (bytes[at + 3]! << 8);
      const wordHigh = bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24);
      const p = Math.imul(m, P2L);
      const q = Math.imul(m, P2M);
      const r = Math.imul(n, P2L);
      const carry = (p >>> 16) + (q & 0xffff) + (r & 0xffff);
      const product = (p & 0xffff) | (carry << 16);
      const sum = (product + low) | 0;
      const sumHigh = (Math.imul(n, P2M) + (q >>> 16) + (r >>> 16) + (carry >>> 16) + Math.imul(m | (n << 16), P2H) + Math.imul(wordHigh, (P2M << 16) | P2L)
        + high + (sum >>> 0 < product >>> 0 ? 1 : 0)) | 0;
      const turned = (sum << 31) | (sumHigh >>> 1);
      const u = Math.imul(turned & 0xffff, P1L);
      const v = Math.imul(turned & 0xffff, P1M);
      const w = Math.imul(turned >>> 16, P1L);
      const carry2 = (u >>> 16) + (v & 0xffff) + (w & 0xffff);
      low = (u & 0xffff) | (carry2 << 16);
      high = (Math.imul(turned >>> 16, P1M) + (v >>> 16) + (w >>> 16) + (carry2 >>> 16) + Math.imul(turned, P1H)
        + Math.imul((sumHigh << 31) | (sum >>> 1), (P1M << 16) | P1L)) | 0;
    }
    lanes[lane] = high;
    lanes[lane + 1] = low;
  }
}

const rotate = (value: bigint, bits: bigint): bigint => (value << bits | value >> 64n - bits) & MASK;
const round = (lane: bigint, word: bigint): bigint => rotate(lane + word * PRIME2 & MASK, 31n) * PRIME1 & MASK;
