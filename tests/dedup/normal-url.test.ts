import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalUrl } from '#src/dedup/normal-url.js';

const normal = (url: string): string => Buffer.from(normalUrl(Buffer.from(url)), 'latin1').toString();

describe('the normal form of an address', () => {
  it.each([
    ['http://example.org', 'example.org'],
    ['https://example.org/', 'example.org'],
    ['//example.org', 'example.org'],
    ['example.org/', 'example.org'],
    ['HTTPS://WWW.Example.ORG/Path', 'example.org/Path'],
    ['http://www.com/', 'www.com'],
    ['http://example.org.:80/a', 'example.org/a'],
    ['https://example.org:443/a', 'example.org/a'],
    ['http://example.org:8080/a', 'example.org:8080/a'],
    ['example.org:8080/a', 'example.org:8080/a'],
    ['http://[2001:db8::1]/a', '[2001:db8::1]/a'],
    ['http://[2001:db8::1]:80/a', '[2001:db8::1]/a'],
    ['http://user:secret@example.org/a', 'example.org/a'],
    ['http://example.org/a/', 'example.org/a'],
    ['http://example.org/a#top', 'example.org/a'],
    ['http://example.org/#!/news/3', 'example.org#!/news/3'],
    ['http://example.org/a?', 'example.org/a'],
    ['http://example.org/a?b=2&a=1', 'example.org/a?a=1&b=2'],
    ['http://example.org/a/?a=1&&b=2&', 'example.org/a?a=1&b=2'],
    ['http://example.org/a?utm_source=x&UTM_Campaign=y&id=3&fbclid=z&gclid=1', 'example.org/a?id=3'],
    ['http://example.org/a?PHPSESSID=0123456789&id=3', 'example.org/a?id=3'],
    ['http://example.org/a;jsessionid=1A2B?id=3', 'example.org/a?id=3'],
    ['http://example.org/%7Euser/%e4%2f', 'example.org/~user/%E4%2F'],
    ['  http://example.org/a\n', 'example.org/a'],
    ['http://xn--bcher-kva.example/ä', 'xn--bcher-kva.example/ä'],
    ['', ''],
    ['http://', ''],
  ])('of %s is %s', (url, expected) => {
    expect(normal(url)).toBe(expected);
  });

  it.each([
    ['http://example.org/story?sid=1', 'http://example.org/story?sid=2'],
    ['http://example.org/A', 'http://example.org/a'],
    ['http://example.org/a?q=A', 'http://example.org/a?q=a'],
    ['http://example.org/a', 'http://example.com/a'],
    ['http://example.org/a', 'http://blog.example.org/a'],
    ['http://example.org/a%2Fb', 'http://example.org/a/b'],
    ['http://example.org:8080/', 'http://example.org/'],
    ['http://example.org/#!/a', 'http://example.org/#!/b'],
  ])('tells %s from %s', (one, other) => {
    expect(normal(one)).not.toBe(normal(other));
  });

  it('does not depend on the order of parameters, the scheme, or what a campaign added', () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    const parameters = fc.uniqueArray(fc.tuple(word, word), { selector: ([name]) => name, maxLength: 6 });
    fc.assert(fc.property(word, parameters, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (path, list, draws) => {
      const shuffled = list.map((entry) => [draws.next().value as number, entry] as const).sort((a, b) => a[0] - b[0]).map(([, entry]) => entry);
      const query = (entries: readonly (readonly string[])[]): string => entries.map((entry) => entry.join('=')).join('&');
      expect(normal(`https://www.example.org/${path}/?utm_source=mail&${query(shuffled)}#end`)).toBe(normal(`http://example.org/${path}?${query(list)}`));
    }));
  });

  it('is its own normal form for addresses of any bytes, but for a host that begins as a scheme does, and takes no long time', () => {
    fc.assert(fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (url) => {
      const once = normal(url);
      expect(normal(`http://${once}`)).toBe(once);
    }));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(normalUrl(bytes).length).toBeLessThanOrEqual(bytes.length);
    }));
    for (const piece of ['%', '&', '/', ';jsessionid=', 'www.', '.', ':', '@', '#!', 'a:']) expect(normalUrl(Buffer.from(piece.repeat(100_000))).length).toBeLessThan(1_200_001);
  });
});
