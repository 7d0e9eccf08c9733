import { expect, test } from 'vitest';
import { buildManifest, corpusDigest } from '#src/reports/manifest.js';
import { DATA, sha } from './report-fixture.js';

const { manifest } = DATA;

test('the digest is the SHA-256 of the parts\' checksums, one a line, in order', () => {
  expect(corpusDigest([sha('a'), sha('b')])).toBe(sha(`${sha('a')}\n${sha('b')}\n`));
  expect(corpusDigest([sha('b'), sha('a')])).not.toBe(corpusDigest([sha('a'), sha('b')]));
  expect(corpusDigest([])).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'); // sha256sum </dev/null
  expect(() => corpusDigest(['A'.repeat(64)])).toThrow(/expected 64 hexadecimal digits/);
});

test('the digest follows the content of the parts, not their compression', () => {
  expect(manifest.digest).toBe(corpusDigest([sha('plain')]));
});

test('sources carry what was asked, what came of it, and the ratio their tokens are estimated with', () => {
  expect(manifest.sources[0]).toEqual({
    name: 'web', requestedWeight: 0.5, size: 750_100, realisedWeight: 750_100 / 1_500_100, tokens: 750_100, bytes: 3_000_400, documents: 450, epochs: 0.7501, bytesPerToken: 4,
  });
});

test('files and sources must agree, and every source has its ratio', () => {
  const input = { ...manifest, realised: manifest.sources.map(({ name: source, ...rest }) => ({ source, ...rest })), bytesPerToken: { web: 4, wiki: 4 } };
  expect(buildManifest(input)).toEqual(manifest);
  expect(() => buildManifest({ ...input, corpus: [] })).toThrow('sources gave 480 documents, corpus files hold 0');
  expect(() => buildManifest({ ...input, bytesPerToken: { web: 4 } })).toThrow('no bytesPerToken for source wiki');
});
