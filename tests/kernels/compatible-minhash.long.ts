/**
 * The oracles: datasketch 1.6.5 and datatrove 0.10.1 themselves, in Python, on random token sets and seeds. They are installed by pip into a temporary folder;
 * where pip cannot, the tests say so and are skipped.
 */
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { compatibleMinima, drawCompatible, type CompatibleKind } from '#src/kernels/compatible-minhash.js';
import { PythonOracle } from '../python-oracle.js';

/** Reads [{count, seed, tokens}]; writes the minima of each by both tools, as strings. */
const SCRIPT = `
import json, sys
from unittest.mock import MagicMock
for name in ("huggingface_hub", "huggingface_hub.utils", "tokenizers", "tokenizers.processors"):  # imported beside MinHash, not used by it
    sys.modules[name] = MagicMock()
import numpy as np
from datasketch import MinHash
from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupSignature
from datatrove.utils.hashing import HashConfig, create_hash_func

sha1 = HashConfig(precision=64, hash_fc="sha1")
hash_token = create_hash_func(sha1)

def by_datasketch(count, seed, tokens):
    minhash = MinHash(count, seed=seed)
    for token in tokens:
        minhash.update(token.encode())
    return [str(value) for value in minhash.hashvalues]

def by_datatrove(count, seed, tokens):
    step = MinhashDedupSignature.__new__(MinhashDedupSignature)  # without an output folder and a tokeniser: neither takes part here
    step.config = MinhashConfig(num_buckets=1, hashes_per_bucket=count, seed=seed, hash_config=sha1)
    step.num_hashes = count
    step._parameters = None
    with np.errstate(over="ignore"):
        [values] = step.get_signature(np.fromiter(map(hash_token, tokens), dtype=np.uint64).reshape((-1, 1)))
    return [str(value) for value in values]

cases = json.load(open(sys.argv[1]))
json.dump([{"datasketch": by_datasketch(**case), "datatrove": by_datatrove(**case)} for case in cases], sys.stdout)
`;

const oracle = new PythonOracle();
const PACKAGES = ['datasketch==1.6.5', 'datatrove==0.10.1', 'numpy', 'scipy', 'regex', 'loguru', 'humanize', 'fsspec', 'tqdm'];
afterAll(() => oracle.remove());

it('datasketch and datatrove give the same minima for 300 token sets and seeds', async (context) => {
  const problem = await oracle.install(PACKAGES);
  if (problem !== undefined) context.skip(problem);
  const cases = fc.sample(fc.record({
    count: fc.constantFrom(1, 4, 50, 112, 128, 256, 1000), seed: fc.oneof(fc.constantFrom(0, 1, 42, 2 ** 31, 2 ** 32 - 1), fc.nat()),
    tokens: fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }).map((token) => token.toWellFormed()), { minLength: 1, maxLength: 40 }),
  }), { numRuns: 300, seed: 6 });
  const expected = await oracle.ask(SCRIPT, cases) as Record<CompatibleKind, string[]>[]; // the script's own output
  cases.forEach(({ count, seed, tokens }, i) => {
    for (const kind of ['datasketch', 'datatrove'] as const) {
      const halves = compatibleMinima(tokens.map((token) => Buffer.from(token)), drawCompatible(kind, count, seed));
      expect(Array.from(new BigUint64Array(halves.buffer), String), `${kind}, seed ${seed}`).toEqual(expected[i]![kind]);
    }
  });
});
