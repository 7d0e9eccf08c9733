import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { s3Url } from '#src/storage/s3-address.js';
import { EMPTY_SHA256, signS3 } from '#src/storage/s3-sign.js';
import { signatureProblem } from './support/sigv4.js';

/** From "Examples: Signature Calculations" of the Amazon S3 API Reference. */
const EXAMPLE = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const HOST = 'https://examplebucket.s3.amazonaws.com';
const DATETIME = '20130524T000000Z';
const BODY = 'Welcome to Amazon S3.';

describe('a signature', () => {
  it.each([
    ['GET', '/?lifecycle', {}, '', 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543'],
    ['GET', '/?max-keys=2&prefix=J', {}, '', '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7'],
    ['PUT', '/test%24file.text', { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' }, BODY, '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd'],
  ])('is the one that Amazon publishes for %s %s', async (method, target, headers, body, signature) => {
    const bodySha256 = createHash('sha256').update(body).digest('hex');
    const signed = await signS3({ method, url: HOST + target, headers, bodySha256 }, EXAMPLE, 'us-east-1', DATETIME);
    expect(signed['authorization']).toMatch(new RegExp(`Signature=${signature}$`));
  });

  it('of the test server is the published one too: GET with a range, which ours leaves out', () => {
    const headers = {
      host: 'examplebucket.s3.amazonaws.com', range: 'bytes=0-9', 'x-amz-content-sha256': EMPTY_SHA256, 'x-amz-date': DATETIME,
      authorization: 'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,'
        + 'Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    };
    const request = { method: 'GET', target: '/test.txt', headers, body: new Uint8Array() };
    expect(signatureProblem(request, EXAMPLE, 'us-east-1')).toBeUndefined();
    expect(signatureProblem({ ...request, target: '/test.tx' }, EXAMPLE, 'us-east-1')).toBe('SignatureDoesNotMatch');
  });

  it('passes an independent check, whatever the key, the prefix and the session token', async () => {
    const part = fc.oneof(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), fc.constantFrom(' ', '+', '%', '%20', '%2F', '~', "!'()*", 'é', '&=', '?', '#', ':', '@', '$', ',', ';', '\\', '..x'))
      .filter((text) => text !== '.' && text !== '..' && !text.includes('/') && !/\p{Surrogate}/u.test(text));
    const keys = fc.array(fc.oneof(part, fc.constant('')), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    await fc.assert(fc.asyncProperty(keys, part, fc.option(fc.base64String({ minLength: 4 }), { nil: undefined }), async (key, prefix, sessionToken) => {
      const credentials = { ...EXAMPLE, ...(sessionToken === undefined ? {} : { sessionToken }) };
      const url = s3Url({ bucket: 'bucket', key }, { endpoint: 'http://127.0.0.1:9', region: 'r' }, { prefix, 'list-type': '2', uploads: '' });
      const { host, pathname, search } = new URL(url);
      const headers = await signS3({ method: 'GET', url, headers: { 'content-md5': 'abc=' }, bodySha256: EMPTY_SHA256 }, credentials, 'eu-west-1');
      expect(signatureProblem({ method: 'GET', target: pathname + search, headers: { ...headers, host }, body: new Uint8Array() }, credentials, 'eu-west-1')).toBeUndefined();
    }), { numRuns: 300 });
  });
});
