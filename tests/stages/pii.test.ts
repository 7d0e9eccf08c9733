import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPublicIPv4 } from '#src/stages/pii-address.js';
import { pii } from '#src/stages/pii.js';
import { build, modified } from './list-stage.js';

const masked = (text: string, options: object = { email: '<E>', ipv4: '<4>', ipv6: '<6>' }): string => modified(build(pii, options)[0], [text])[0]!;

describe('pii: e-mail addresses', () => {
  test.each([
    ['write to jo@example.com', 'write to <E>'], ['jo@example.com', '<E>'], ['<jo@example.com>,', '<<E>>,'], ['mailto:Jo.Doe+x@mail.Example.co.uk.', 'mailto:<E>.'],
    ['jo@localhost', 'jo@localhost'], ['jo@example', 'jo@example'], ['@example.com', '@example.com'], ['jo@', 'jo@'], ['@', '@'], ['jo @example.com', 'jo @example.com'],
    ['a@b@c.com', 'a@<E>'], ['a@b.c@d.com', '<E>@d.com'], ['a@@b.com', 'a@@b.com'], ['a@b.c,d@e.f', '<E>,<E>'], ['a@b.cd@e.f', '<E>@e.f'],
    ['.jo@example.com', '.<E>'], ['jo.@example.com', 'jo.@example.com'], ['jo..doe@example.com', 'jo..<E>'], ['j.o.e@example.com', '<E>'],
    ['$jo@example.com', '$<E>'], ['x$jo@example.com', '<E>'], ['!#$%@example.com', '!#$%@example.com'], ['\u00e9$jo@example.com', '\u00e9<E>'], ['\u00e9jo@example.com', '\u00e9jo@example.com'],
    ['\u00e9jo.doe@example.com', '\u00e9jo.<E>'], ['\u6f22jo@example.com', '\u6f22jo@example.com'], ['_jo_@example.com', '<E>'], ['~jo~@example.com', '~<E>'],
    ['jo@-a.com', 'jo@-a.com'], ['jo@a-.com', 'jo@a-.com'], ['jo@a-b.com', '<E>'], ['jo@a.b-', '<E>-'], ['jo@a.b-.c', '<E>-.c'], ['jo@a..b', 'jo@a..b'], ['jo@a.b..c', '<E>..c'],
    ['jo@a.b.', '<E>.'], ['jo@a.-b', 'jo@a.-b'], ['jo@a.b.-c', '<E>.-c'], ['jo@a.b\u00e9', '<E>\u00e9'], ['jo@a.b_c', '<E>_c'], ['jo@1.2', '<E>'],
    ['jo@[10.0.0.1]', '<E>'], ['jo@[1.2.3.256]', 'jo@[<4>6]'], ['jo@[1.2.3.ab-c:]', '<E>'], ['jo@[1.2.3.:]', 'jo@[1.2.3.:]'], ['jo@[1.2.3.a-:]', 'jo@[1.2.3.a-:]'], ['jo@[1.2.3.a:x]', 'jo@[1.2.3.a:x]'], ['jo@[1.2.3', 'jo@[1.2.3'],
  ])('%j becomes %j', (text, expected) => expect(masked(text, { email: '<E>', ipv4: '<4>' })).toBe(expected));
});

describe('pii: IPv4 addresses', () => {
  test.each([
    ['at 8.8.8.8.', 'at <4>.'], ['8.8.8.8', '<4>'], ['8.8.8', '8.8.8'], ['8.8.8.', '8.8.8.'], ['8..8.8.8', '8..8.8.8'], ['x8.8.8.8y', 'x<4>y'], ['8.8.8.8:53', '<4>:53'],
    ['.3.3.3.0', '.<4>'], ['v1.2.3.4.5.6.7.8', 'v<4>.<4>'], ['1.2.3.4.5.6.7', '<4>.5.6.7'], ['255.8.8.8', '255.8.8.8'], ['256.8.8.8', '2<4>'], ['999.8.8.8', '9<4>'], ['1199.8.8.8', '1<4>'], ['1234.8.8.8', '1234.8.8.8'],
    ['8.8.8.256', '<4>6'], ['8.8.8.999', '<4>9'], ['8.8.8.2555', '<4>5'], ['8.8.256.8', '8.8.256.8'], ['8.999.8.8.8.8', '8.9<4>.8'], ['8.8.8.8000', '<4>00'], ['08.8.8.8', '08.8.8.8'], ['8.8.8.08', '8.8.8.08'],
    ['108.8.8.08.9.9.9', '108.8.8.08.9.9.9'], ['0.8.8.8', '0.8.8.8'], ['10.1.2.3.4', '10.1.2.3.4'], ['10.1.2.3.4.5.6.7', '10.1.2.3.<4>'], ['8.8.8.8.', '<4>.'], ['\u0668.8.8.8', '\u0668.8.8.8'],
  ])('%j becomes %j', (text, expected) => expect(masked(text)).toBe(expected));

  // First and last address of each block that is not public, with the public neighbours outside.
  test.each([
    ['0.0.0.0', '0.255.255.255', '', '1.0.0.0'], ['10.0.0.0', '10.255.255.255', '9.255.255.255', '11.0.0.0'], ['100.64.0.0', '100.127.255.255', '100.63.255.255', '100.128.0.0'],
    ['127.0.0.0', '127.255.255.255', '126.255.255.255', '128.0.0.0'], ['169.254.0.0', '169.254.255.255', '169.253.255.255', '169.255.0.0'], ['172.16.0.0', '172.31.255.255', '172.15.255.255', '172.32.0.0'],
    ['192.0.0.0', '192.0.0.255', '191.255.255.255', '192.0.1.0'], ['192.0.2.0', '192.0.2.255', '192.0.1.255', '192.0.3.0'], ['192.168.0.0', '192.168.255.255', '192.167.255.255', '192.169.0.0'],
    ['198.18.0.0', '198.19.255.255', '198.17.255.255', '198.20.0.0'], ['198.51.100.0', '198.51.100.255', '198.51.99.255', '198.51.101.0'], ['203.0.113.0', '203.0.113.255', '203.0.112.255', '203.0.114.0'],
    ['224.0.0.0', '255.255.255.255', '223.255.255.255', ''],
  ])('%s to %s are not public, %s and %s are', (first, last, before, after) => {
    for (const address of [first, last]) expect(masked(address)).toBe(address);
    for (const address of [before, after]) expect(masked(address)).toBe(address === '' ? '' : '<4>');
  });

  test('knows an address as a number', () => {
    expect([0x08080808, 0x0a000001, 0xffffffff, 0].map(isPublicIPv4)).toEqual([true, false, false, false]);
  });
});

describe('pii: IPv6 addresses', () => {
  test.each([
    ['at 2001:4860:4860::8888.', 'at <6>.'], ['[2606:2800:220:1:248:1893:25c8:1946]:80', '[<6>]:80'], ['2606:2800:220:1:248:1893:25c8:1946', '<6>'], ['2606:2800:220:1:248:1893:25c8', '2606:2800:220:1:248:1893:25c8'],
    ['2606:2800:220:1:248:1893:25c8:1946:1', '2606:2800:220:1:248:1893:25c8:1946:1'], ['2a00::', '<6>'], ['2A00::1', '<6>'], ['2a00::1:', '<6>:'], ['2a00::1::2', '2a00::1::2'], ['2a00::8.8.8.8', '<6>'], ['2a00::8.8.8', '2a00::8.8.8'],
    ['2a00:12345::', '2a00:12345::'], ['x2a00::1', 'x2a00::1'], ['2a00::1x', '2a00::1x'], ['2a00::1\u00e9', '2a00::1\u00e9'], ['::1', '::1'], ['::', '::'], [':2a00::1', ':2a00::1'], ['fe80::1', 'fe80::1'], ['fc00::1', 'fc00::1'],
    ['ff02::1', 'ff02::1'], ['2001:db8::1', '2001:db8::1'], ['2001:db9::1', '<6>'], ['3fff::1', '3fff::1'], ['3fff:1000::1', '<6>'], ['1fff::1', '1fff::1'], ['4000::1', '4000::1'], ['at 12:30:45, a::b', 'at 12:30:45, a::b'],
    ['jo@2a00::1', 'jo@<6>'], ['2a00::1 8.8.8.8 jo@a.b 2a00::2', '<6> <4> <E> <6>'],
  ])('%j becomes %j', (text, expected) => expect(masked(text)).toBe(expected));

  test('are left alone where nothing is said of them', () => {
    expect(masked('2001:4860:4860::8888', {})).toBe('2001:4860:4860::8888');
  });
});

describe('pii', () => {
  test('has datatrove\'s first placeholder for e-mail and a documentation address, or those of the recipe, or none', () => {
    expect(masked('a@b.c 8.8.8.8 2a00::1', {})).toBe('email@example.com 192.0.2.1 2a00::1');
    expect(masked('a@b.c 8.8.8.8', { email: null, ipv4: '' })).toBe('a@b.c ');
    expect(masked('a@b.c 8.8.8.8', { email: '\u2709', ipv4: null })).toBe('\u2709 8.8.8.8');
    for (const wrong of [{ email: null, ipv4: null }, { email: 'a\nb' }, { ipv4: 'x'.repeat(65) }, { emails: 'x' }]) expect(pii.options.safeParse(wrong).success).toBe(false);
  });

  test('edits only rows that have something, and nothing that it masked before', () => {
    expect(modified(build(pii, {})[0], ['a@b.c', 'plain', '', '8.8.8.8', 'email@example.com'])).toEqual(['email@example.com', 'plain', '', '192.0.2.1', 'email@example.com']);
  });

  test('leaves no address behind, and everything else as it was', () => {
    const plain = fc.string({ unit: fc.constantFrom('a', 'word', ' ', '.', ',', '\n', '\u00e9', '\u6f22', '7'), maxLength: 12 });
    const address = fc.constantFrom('jo@example.com', 'j.d@mail.example.org', '8.8.8.8', '93.184.216.34');
    fc.assert(fc.property(fc.array(fc.tuple(plain, address), { maxLength: 8 }), plain, (pairs, tail) => {
      const text = pairs.map(([before, found]) => `${before} ${found} `).join('') + tail;
      const expected = pairs.map(([before, found]) => `${before} ${found.includes('@') ? '<E>' : '<4>'} `).join('') + tail;
      fc.pre(!/\d\.\d|7\.$/.test(text.replace(/8\.8\.8\.8|93\.184\.216\.34/g, '')));
      expect(masked(text)).toBe(expected);
    }), { numRuns: 300, seed: 1 });
  });

  test.each(['a@', '@', 'a.', '.@', '1.', '1.1.1.', '1.1.1.1@', 'a@b.', '-', 'a@a-', ':', 'a:', '::', 'a@[1.1.1.', '8.8.8.8 ', 'a@b.c '])('a megabyte of %j takes linear time', (part) => {
    const text = part.repeat((1 << 20) / part.length);
    expect(masked(text).length).toBeGreaterThan(0); // quadratic time would be minutes
  });
});
