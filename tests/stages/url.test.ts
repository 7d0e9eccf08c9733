import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UrlParts } from '#src/stages/url-parts.js';
import { url } from '#src/stages/url.js';
import { batchWith, build, configError, contextWith, judged } from './list-stage.js';

const FILES = {
  domains: '# bad places\nbad.example\n.Dotted.Example.\nco.uk\n10.1.2.3\n[2001:db8::1]\nxn--bcher-kva.example\nb\u00fccher.example\n',
  urls: 'site.example/page\nhttp://www.Other.example:80/A/b?c=1#part\nroot.example\n',
  words: 'casino\nBET\n',
  soft: 'cheap\npills\nloan\n',
  sub: 'hot-stuff\n',
};
const reasons = (options: object, urls: readonly string[], files: Record<string, string> = FILES): string[] =>
  judged(build(url, options, contextWith(files))[0], batchWith({ url: urls }));
const reason = (options: object, address: string): string => reasons(options, [address])[0]!;

describe('url: domains', () => {
  test.each([
    ['http://bad.example/', true], ['https://www.bad.example/x', true], ['http://a.b.bad.example', true], ['HTTP://BAD.EXAMPLE:8080/x', true], ['http://bad.example./', true],
    ['http://user:pw@bad.example/', true], ['http://bad.example@good.example/', false], ['http://a@b@bad.example/', true], ['//bad.example/x', true], ['bad.example', true], ['  http://bad.example  ', true],
    ['http://bad.example\\@good.example/', true], ['http://bad.example?x', true], ['http://bad.example#x', true], ['ftp://bad.example', true],
    ['http://notbad.example/', false], ['http://bad.example.org/', false], ['http://good.example/bad.example', false], ['http://good.example/?u=http://bad.example/', false], ['http://example/', false],
    ['http://dotted.example/', true], ['http://shop.co.uk/', true], ['http://uk/', false],
    ['http://10.1.2.3:99/', true], ['http://9.10.1.2.3/', false], ['http://3/', false],
    ['http://[2001:DB8::1]:80/', true], ['http://[2001:db8::2]/', false], ['http://[2001:db8::1', false],
    ['http://xn--bcher-kva.example/', true], ['http://www.b\u00fccher.example/', true], ['http://B\u00dcCHER.example/', false],
    ['', false], ['   ', false], ['http://', false], ['://', false], [':', false], ['http:bad.example', false], ['mailto:a@bad.example', true],
  ])('%j blocked: %s', (address, isBlocked) => {
    expect(reason({ domains: 'domains' }, address)).toBe(isBlocked ? 'url-domain' : 'keep');
  });

  test('compares only the last 253 bytes of a host that is longer than any name can be', () => {
    const long = 'a.'.repeat(1 << 15);
    expect(reasons({ domains: 'domains' }, [`http://${long}bad.example/`, `http://${long}good.example/`, `http://${'.'.repeat(1 << 16)}x`])).toEqual(['url-domain', 'keep', 'keep']);
  });
});

describe('url: listed URLs', () => {
  test.each([
    ['http://site.example/page', true], ['https://site.example/page/', true], ['http://www.site.example/page#top', true], ['http://SITE.example:8080/page', true], ['site.example/page', true],
    ['http://site.example/page2', false], ['http://site.example/Page', false], ['http://site.example/page?x=1', false], ['http://site.example/', false], ['http://sub.site.example/page', false],
    ['https://other.example/A/b?c=1', true], ['https://other.example/a/b?c=1', false],
    ['http://root.example/', true], ['http://root.example', true], ['http://root.example/x', false], ['http://www./x', false],
  ])('%j listed: %s', (address, isListed) => {
    expect(reason({ urls: 'urls' }, address)).toBe(isListed ? 'url-listed' : 'keep');
  });
});

describe('url: words', () => {
  test.each([
    ['http://x.example/casino', 'url-banned-word'], ['http://x.example/best-CASINO.html', 'url-banned-word'], ['http://bet.example/', 'url-banned-word'], ['http://x.example/?q=%20bet', 'keep'],
    ['http://x.example/?q=bet%20', 'url-banned-word'], ['http://x.example/alphabet', 'keep'], ['http://x.example/b-e-t', 'keep'], ['http://x.example/bet\u00e9', 'url-banned-word'], ['http://x.example/casinos', 'keep'],
  ])('%j: %s', (address, expected) => {
    expect(reason({ bannedWords: 'words' }, address)).toBe(expected);
  });

  test.each([
    [2, '/loan', 'keep'], [2, '/loan/loan', 'keep'], [2, '/loan-pills', 'url-soft-banned-words'], [2, '/cheap-loan-pills', 'url-soft-banned-words'],
    [3, '/loan-pills', 'keep'], [3, '/cheap-loan-pills', 'url-soft-banned-words'], [1, '/loan', 'url-soft-banned-words'], [1, '/x', 'keep'],
  ])('with softLimit %d, %s is %s', (softLimit, path, expected) => {
    expect(reason({ softBannedWords: 'soft', softLimit }, `http://x.example${path}`)).toBe(expected);
  });

  test.each([['/hotstuff', true], ['/ahotstuffb', true], ['/hot/stuff', true], ['/h.o.t-STUFF', true], ['/hot-x-stuff', false], ['/hotstuf', false]])('sub-word in %s: %s', (path, isIn) => {
    expect(reason({ bannedSubwords: 'sub' }, `http://x.example${path}`)).toBe(isIn ? 'url-banned-subword' : 'keep');
  });
});

describe('url', () => {
  const all = { domains: 'domains', urls: 'urls', bannedWords: 'words', softBannedWords: 'soft', bannedSubwords: 'sub' };

  test('gives the first reason of its order, and none to a document without a URL', () => {
    const path = 'casino-loan-pills-hot-stuff';
    const files = { ...FILES, urls: `bad.example/${path}\nsite.example/${path}\n` };
    expect(reasons(all, [`http://bad.example/${path}`, `http://site.example/${path}`, `http://x.example/${path}`, 'http://x.example/loan-pills-hot-stuff', 'http://x.example/hot-stuff', ''], files))
      .toEqual(['url-domain', 'url-listed', 'url-banned-word', 'url-soft-banned-words', 'url-banned-subword', 'keep']);
    expect(url.files!(url.options.parse(all))).toEqual(['domains', 'urls', 'words', 'soft', 'sub']);
    expect(url.files!(url.options.parse({ urls: 'urls' }))).toEqual(['urls']);
  });

  test('takes a URL of any bytes', () => {
    const [stage] = build(url, all, contextWith(FILES));
    fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 5 }), (urls) => {
      const batch = batchWith({ url: urls.map(() => '') });
      const offsets = new Uint32Array(urls.length + 1);
      urls.forEach((bytes, i) => { offsets[i + 1] = offsets[i]! + bytes.length; });
      batch.columns.set('url', { kind: 'utf8', bytes: Buffer.concat(urls), offsets });
      expect(judged(stage, batch)).toHaveLength(urls.length);
    }), { numRuns: 300, seed: 1 });
  });

  test('needs a list, and says where one is wrong', () => {
    expect(url.options.safeParse({}).success).toBe(false);
    expect(url.options.safeParse({ domains: 'domains', softLimit: 0 }).success).toBe(false);
    expect(configError(() => build(url, { bannedWords: 'words' }, contextWith({ words: 'one\ntwo words' })))).toMatch(/^words:2: found "two words", expected one word/);
  });

  test('reads host names as the URL class does, where that one reads any', () => {
    const parts = new UrlParts();
    const piece = fc.constantFrom('http://', 'https://', 'a', 'B', '.', '-', '@', ':', '/', '?', '#', '80', '\\', 'example', 'www.', '[', ']', '::1', '%41', '_');
    let compared = 0;
    fc.assert(fc.property(fc.array(piece, { maxLength: 10 }).map((pieces) => `http://${pieces.join('')}`), (address) => {
      if (!URL.canParse(address)) return;
      const { hostname } = new URL(address);
      if (/^[\d.]+$/.test(hostname) || /%|\[/.test(address) || /^http:\/\/[/\\]/.test(address)) return; // it rewrites addresses and escapes, and skips slashes
      compared++;
      const bytes = new TextEncoder().encode(address);
      parts.read(bytes);
      expect(Buffer.from(parts.bytes.subarray(0, parts.hostEnd)).toString(), address).toBe(hostname.replace(/\.+$/, ''));
    }), { numRuns: 3000, seed: 4 });
    expect(compared).toBeGreaterThan(300);
  });
});
