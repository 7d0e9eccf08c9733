import { describe, expect, it } from 'vitest';
import { parseS3Address, s3Url } from '#src/storage/s3-address.js';

const AMAZON = { endpoint: undefined, region: 'eu-west-1' };

describe('an S3 address', () => {
  it.each([
    ['s3://bucket', 'bucket', ''],
    ['s3://bucket/', 'bucket', ''],
    ['s3://bucket/a/b c+d%20.gz', 'bucket', 'a/b c+d%20.gz'],
    ['s3://bucket//leading', 'bucket', '/leading'],
    ['s3://my.bucket/ключ?x#y', 'my.bucket', 'ключ?x#y'],
  ])('%s names a bucket and a key as it stands', (address, bucket, key) => {
    expect(parseS3Address(address)).toEqual({ bucket, key });
  });

  it.each([
    ['s3://', 'no bucket'],
    ['s3:///key', 'no bucket'],
    ['s3://b%d/key', 'the bucket "b%d"'],
    ['s3://user:secret@bucket/key', 's3://bucket/key: found credentials in the address'],
    ['s3://bucket/a/../b', 'a part that is ".."'],
    ['s3://bucket/./b', 'a part that is "."'],
    [`s3://bucket/${'é'.repeat(513)}`, 'more than 1024 bytes'],
    ['s3://bucket/\ud800', 'half a surrogate pair'],
  ])('%s is refused', (address, found) => {
    expect(() => parseS3Address(address)).toThrow(found);
  });

  it('is virtual-hosted at Amazon, and in the path where the bucket has dots or there is an endpoint', () => {
    expect(s3Url({ bucket: 'bucket', key: 'k' }, AMAZON)).toBe('https://bucket.s3.eu-west-1.amazonaws.com/k');
    expect(s3Url({ bucket: 'my.bucket', key: 'k' }, AMAZON)).toBe('https://s3.eu-west-1.amazonaws.com/my.bucket/k');
    expect(s3Url({ bucket: 'bucket', key: 'k' }, { ...AMAZON, region: 'cn-north-1' })).toBe('https://bucket.s3.cn-north-1.amazonaws.com.cn/k');
    expect(s3Url({ bucket: 'bucket', key: 'k' }, { ...AMAZON, endpoint: 'http://127.0.0.1:9000/s3/' })).toBe('http://127.0.0.1:9000/s3/bucket/k');
  });

  it.each([
    ['a b', '/a%20b'], ['a+b', '/a%2Bb'], ['100%', '/100%25'], ['%2F', '/%252F'], ['/lead', '//lead'], ['é', '/%C3%A9'], ["(it's!*)", '/%28it%27s%21%2A%29'], ['a//b/', '/a//b/'], ['?#&=', '/%3F%23%26%3D'],
  ])('encodes the key %s so that URL keeps it as it is', (key, path) => {
    const url = s3Url({ bucket: 'bucket', key }, AMAZON);
    expect(url).toBe(`https://bucket.s3.eu-west-1.amazonaws.com${path}`);
    expect(new URL(url).href).toBe(url);
  });
});
