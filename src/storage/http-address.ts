/**
 * Addresses of files behind HTTP: how one is shown and named, which is without credentials. Names go into ids, plans, reports and errors, so everything
 * that shows an address takes it through here.
 *
 * What is taken out: user and password, the fragment, and query parameters that carry a signature or a secret (AWS and Google name theirs by a prefix; anything
 * called a token, signature, secret, password, credential or key), and beside such a one what CloudFront, old S3 signatures and Azure sign with. Other
 * parameters stay, because they may say which file is meant.
 */

const SIGNATURE = /^(x-amz-|x-goog-|x-ms-)/;
/** Short names that mean something else where nothing is signed. */
const BESIDE_SIGNATURE = new Set(['expires', 'policy', 'key-pair-id', 'googleaccessid', 'sv', 'ss', 'srt', 'se', 'sp', 'sr', 'st', 'sip', 'spr', 'skoid', 'sktid', 'skt', 'ske', 'sks', 'skv']);
const SECRET = /token|signature|secret|passw|credential|api-?_?key|accesskey|^key$|^sig$|^auth$/;

const isSecret = (name: string): boolean => SIGNATURE.test(name) || SECRET.test(name);

/** Pairs that may be shown. */
function shownPairs(pairs: readonly string[]): string[] {
  const open = pairs.filter((pair) => !isSecret(parameterName(pair)));
  return open.length === pairs.length ? open : open.filter((pair) => !BESIDE_SIGNATURE.has(parameterName(pair)));
}

/**
 * The address as it may be shown; the same for the same file whoever signed it. Without secrets it is the text as it was given (lists in braces stay lists);
 * other text than an address with a scheme is given back.
 */
export function shownAddress(address: string): string {
  const [, scheme, authority, path, query = ''] = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*)([^?#]*)(\?[^#]*)?/is.exec(address) ?? [];
  if (scheme === undefined || authority === undefined || path === undefined) return address;
  const kept = shownPairs(pairsOf(query));
  const shown = `${scheme}${authority.slice(authority.lastIndexOf('@') + 1)}${path}${kept.length === 0 ? '' : `?${kept.join('&')}`}`;
  if (!URL.canParse(shown)) return shown;
  const url = new URL(shown);
  if (url.username === '' && url.password === '') return shown;
  url.username = ''; // found where a text does not show them, such as behind three slashes
  url.password = '';
  return url.href;
}

/** Whether an address carries a signature in its query: such a one is often good for one method alone. */
export const isSigned = (address: string): boolean => pairsOf(new URL(address).search).some((pair) => isSecret(parameterName(pair)));

/** As they were written: taking them apart and joining them again would change a signed address. */
const pairsOf = (query: string): string[] => (query.length > 1 ? query.slice(1).split('&') : []);

function parameterName(pair: string): string {
  const name = pair.split('=', 1)[0]!; // split gives one part at least
  try {
    return decodeURIComponent(name).toLowerCase();
  } catch {
    return name.toLowerCase();
  }
}
