import { describe, expect, it } from 'vitest';
import { ConfigError } from '#src/core/errors.js';
import { networkFrom } from '#src/cli/network.js';
import { DEFAULT_PAUSES } from '#src/storage/network.js';

describe('the network of a command line', () => {
  it('has a user agent with the version, and the contact of the flag before that of the environment', () => {
    expect(networkFrom({}, {}).userAgent).toMatch(/^sluice\/\d+\.\d+\.\d+$/);
    expect(networkFrom({}, { SLUICE_CONTACT: 'https://example.org/bot' }).userAgent).toMatch(/ \(\+https:\/\/example\.org\/bot\)$/);
    expect(networkFrom({ contact: 'ops@example.org' }, { SLUICE_CONTACT: 'https://example.org/bot' }).userAgent).toMatch(/ \(\+ops@example\.org\)$/);
  });

  it.each(['a b', 'x)', '(x', 'né@example.org', 'a\r\nX-Evil: 1', 'ab', 'x'.repeat(300)])('refuses the contact %j, which cannot stand in a header', (contact) => {
    expect(() => networkFrom({ contact }, {})).toThrow(ConfigError);
  });

  it('has the caps and pauses that are asked for, and defaults for the others', () => {
    const network = networkFrom({}, { SLUICE_IN_FLIGHT: '3', SLUICE_TRIES: '12', SLUICE_PAUSES: 'retry=500,idle=120000' });
    expect(network).toMatchObject({ inFlight: 3, tries: 12, pauses: { ...DEFAULT_PAUSES, retry: 500, idle: 120_000 } });
    expect(networkFrom({}, { SLUICE_IN_FLIGHT: '', SLUICE_PAUSES: '' })).toMatchObject({ inFlight: 8, tries: 8, pauses: { circuit: 60_000 } });
    expect(structuredClone(network.pauses)).toEqual(network.pauses);
  });

  it.each([
    [{ SLUICE_IN_FLIGHT: '0' }, /SLUICE_IN_FLIGHT: found "0", expected a whole number from 1 to 64/], [{ SLUICE_IN_FLIGHT: '65' }, /expected a whole number from 1 to 64/],
    [{ SLUICE_TRIES: 'many' }, /SLUICE_TRIES: found "many"/], [{ SLUICE_PAUSES: 'retry' }, /SLUICE_PAUSES: found "retry", expected NAME=MILLISECONDS with one of start, retry/],
    [{ SLUICE_PAUSES: 'toString=1' }, /found "toString=1"/], [{ SLUICE_PAUSES: 'idle=99999999' }, /at most a day/],
  ])('refuses %j', (env, message) => {
    expect(() => networkFrom({}, env)).toThrow(message);
  });

  it('takes proxies from the environment, lower case first, and shows no password of a wrong one', () => {
    expect(networkFrom({}, { HTTP_PROXY: 'http://a:1', http_proxy: 'http://b:2', HTTPS_PROXY: 'proxy:3', NO_PROXY: 'localhost' }).proxies)
      .toEqual({ http: 'http://b:2', https: 'http://proxy:3', except: 'localhost' });
    expect(networkFrom({}, { HTTP_PROXY: 'http://a:1' }).proxies).toEqual({ http: 'http://a:1', https: undefined, except: '' });
    expect(() => networkFrom({}, { HTTPS_PROXY: 'socks5://me:geheim@host' })).toThrow(/^HTTPS_PROXY: found something that is no http:\/\/ address/);
  });

  it('retries at moments of its own in each process', () => {
    expect(new Set(Array.from({ length: 20 }, () => networkFrom({}, {}).salt)).size).toBe(20);
  });
});
