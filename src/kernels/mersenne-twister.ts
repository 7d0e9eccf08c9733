/**
 * MT19937 (Matsumoto and Nishimura 1998), seeded and drawn from as numpy's RandomState does it: tools written in Python take the constants of their
 * permutations from there. For compatibility alone; whatever else is random here comes from core/keyed-hash.ts.
 */
const SIZE = 624;
const MIDDLE = 397;

export class MersenneTwister {
  readonly #state = new Uint32Array(SIZE);
  #at = SIZE;

  /** seed: a whole number, 0 to 2^32 - 1. */
  constructor(seed: number) {
    this.#state[0] = seed;
    for (let i = 1; i < SIZE; i++) {
      const before = this.#state[i - 1]!;
      this.#state[i] = Math.imul(before ^ (before >>> 30), 1812433253) + i;
    }
  }

  next32(): number {
    if (this.#at === SIZE) this.#turn();
    let y = this.#state[this.#at++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** `randint(low, low + range + 1, dtype=uint64)` for a range above 2^32: 64 bits, high half first, masked and drawn again until they are within it. */
  between(low: bigint, range: bigint): bigint {
    const mask = (1n << BigInt(range.toString(2).length)) - 1n;
    for (;;) {
      const high = BigInt(this.next32());
      const drawn = ((high << 32n) | BigInt(this.next32())) & mask;
      if (drawn <= range) return low + drawn;
    }
  }

  #turn(): void {
    const state = this.#state;
    for (let i = 0; i < SIZE; i++) {
      const y = (state[i]! & 0x80000000) | (state[(i + 1) % SIZE]! & 0x7fffffff);
      state[i] = state[(i + MIDDLE) % SIZE]! ^ (y >>> 1) ^ ((y & 1) !== 0 ? 0x9908b0df : 0);
    }
    this.#at = 0;
  }
}
