import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSigned, shownAddress } from '#src/storage/http-address.js';

describe('a shown address', () => {
  it.each([
    ['http://example.org/a/b.jsonl.gz', 'http://example.org/a/b.jsonl.gz'],
    ['https://me:geheim@example.org:8443/a?x=1#part', 'https://example.org:8443/a?x=1'],
    ['https://me@example.org/a', 'https://example.org/a'],
    ['http://me:a@b@example.org/a', 'http://example.org/a'],
    ['http:///me:geheim@example.org/a', 'http://example.org/a'],
    ['http://[::1]:80/a', 'http://[::1]:80/a'],
    ['https://b.s3.amazonaws.com/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA&X-Amz-Signature=ab&versionId=3', 'https://b.s3.amazonaws.com/k?versionId=3'],
    ['https://b.s3.amazonaws.com/k?AWSAccessKeyId=AKIA&Expires=17&Signature=ab', 'https://b.s3.amazonaws.com/k'],
    ['https://a.blob.core.windows.net/c/k?sv=2022&se=2024&sr=b&sp=r&sig=ab%3D', 'https://a.blob.core.windows.net/c/k'],
    ['https://storage.googleapis.com/b/k?X-Goog-Signature=ab&generation=5', 'https://storage.googleapis.com/b/k?generation=5'],
    ['https://d.cloudfront.net/k?Policy=a&Signature=b&Key-Pair-Id=c', 'https://d.cloudfront.net/k'],
    ['https://hub.example/x.parquet?download=true&access_token=geheim&api%5Fkey=geheim', 'https://hub.example/x.parquet?download=true'],
    ['https://example.org/k?st=1&expires=never&policy=x', 'https://example.org/k?st=1&expires=never&policy=x'],
    ['http://example.org/{00..03}/{a,b}.gz?part={1,2}', 'http://example.org/{00..03}/{a,b}.gz?part={1,2}'],
    ['data/file:@x?token=1', 'data/file:@x?token=1'],
  ])('of %s is %s', (address, shown) => {
    expect(shownAddress(address)).toBe(shown);
  });

  it('holds no password, whatever stands around it', () => {
    fc.assert(fc.property(fc.webUrl({ withQueryParameters: true }), fc.constantFrom('', '/', '//', '\\'), (url, slashes) => {
      const address = url.replace('//', `//${slashes}me:geheim7@`);
      return !shownAddress(address).includes('geheim7') && shownAddress(shownAddress(address)) === shownAddress(address);
    }));
  });

  it('says whether an address is signed', () => {
    expect(isSigned('https://b.s3.amazonaws.com/k?X-Amz-Signature=ab')).toBe(true);
    expect(isSigned('https://b.s3.amazonaws.com/k?versionId=3')).toBe(false);
  });
});
