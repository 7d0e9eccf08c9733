/**
 * The address of a page in one form, so that two captures of it meet however they were linked: what deduplication by URL compares. The rules err on the side
 * of telling pages apart; what they leave out says how a reader came to the page, not which page it is.
 *
 *   scheme, user info, `www.` in front of a longer host, default port (80, 443), dots behind the host    left out
 *   host                                                             lower case (A-Z)
 *   escapes of letters, digits, - . _ ~ (RFC 3986, 6.2.2.2)          written out; the hex digits of others in upper case
 *   fragment                                                         left out, unless it names a page (`#!`)
 *   slashes at the end of the path, `;jsessionid=` in it             left out
 *   query                                                            sorted by its bytes; empty, session and campaign parameters left out
 */
import { hashKey, keyedHash } from '../core/keyed-hash.js';

/** Addresses are hashed alike in every run. */
const KEY = hashKey(1, 'url');

/** Writes the two words, low first, of the hash of an address's normal form to `out[at]` and the next; zeros where there is none. Returns `out`. */
export function urlHash(url: Uint8Array, out = new Uint32Array(2), at = 0): Uint32Array {
  const normal = url.length === 0 ? '' : normalUrl(url);
  if (normal === '') out.fill(0, at, at + 2);
  else keyedHash(KEY, Buffer.from(normal, 'latin1'), out, at);
  return out;
}

/** Written by servers that keep sessions in links: PHP, Java, ASP.NET, ColdFusion. Not `sid`, which names stories and products as often. */
const SESSION = /^(phpsessid|jsessionid|aspsessionid[a-z]*|asp\.net_sessionid|sessionid|session_id|cfid|cftoken)$/i;
/** Written by whoever placed a link: Google's urchin (utm) and click ids, those of Meta, Microsoft, Yandex, TikTok, Twitter, Mailchimp, HubSpot and Matomo. */
const CAMPAIGN = /^(utm_[a-z_]+|gclid|gclsrc|dclid|gbraid|wbraid|_ga|_gl|fbclid|igshid|msclkid|yclid|ysclid|ttclid|twclid|mc_cid|mc_eid|_hsenc|_hsmi|(mtm|pk|piwik)_[a-z]+)$/i;

const FORM = /^(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?:\/\/)?([^/?#\\]*)([^?#]*)(?:\?([^#]*))?(#!.*)?/s; // no part is tried twice: linear time
/** Where there is no `//`, a colon belongs to a port as in `host:8080/`, and not to a scheme. */
const BARE = /^([^/?#\\]*)([^?#]*)(?:\?([^#]*))?(#!.*)?/s;

/**
 * The normal form of an address, one character a byte. Empty where there is nothing to compare: no host and no path. Never throws, whatever the
 * bytes; linear time, and a few copies of the address.
 */
export function normalUrl(url: Uint8Array): string {
  const text = trimmed(Buffer.from(url.buffer, url.byteOffset, url.length).toString('latin1'));
  const [, authority = '', path = '', query = '', page = ''] = (/^([A-Za-z][A-Za-z0-9+.-]*:)?\/\//.test(text) ? FORM : BARE).exec(text) ?? [];
  const host = normalHost(authority);
  const rest = withoutEnd(normalEscapes(path).replace(/;jsessionid=[^/;]*/gi, ''), '/');
  const parameters = query.split('&').filter(isContent).map(normalEscapes).sort();
  return `${host}${rest}${parameters.length === 0 ? '' : `?${parameters.join('&')}`}${page}`;
}

/** Without white space and controls at both ends. */
function trimmed(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && text.charCodeAt(from) <= 0x20) from++;
  while (to > from && text.charCodeAt(to - 1) <= 0x20) to--;
  return text.slice(from, to);
}

/** A loop, as a pattern that ends in `+$` takes quadratic time. */
function withoutEnd(text: string, character: string): string {
  let to = text.length;
  while (to > 0 && text[to - 1] === character) to--;
  return text.slice(0, to);
}

function normalHost(authority: string): string {
  const host = authority.slice(authority.lastIndexOf('@') + 1).replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const colon = host.lastIndexOf(':');
  const port = /^:\d*$/.test(host.slice(colon)) && colon >= 0 ? host.slice(colon) : '';
  let name = withoutEnd(host.slice(0, host.length - port.length), '.');
  if (name.startsWith('www.') && name.indexOf('.', 4) > 4) name = name.slice(4);
  return [':', ':80', ':443'].includes(port) ? name : name + port;
}

function isContent(parameter: string): boolean {
  const equals = parameter.indexOf('=');
  const name = equals < 0 ? parameter : parameter.slice(0, equals);
  return parameter !== '' && parameter !== '=' && !SESSION.test(name) && !CAMPAIGN.test(name);
}

function normalEscapes(text: string): string {
  return text.replace(/%[0-9A-Fa-f]{2}/g, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : escape.toUpperCase();
  });
}
