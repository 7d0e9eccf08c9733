/**
 * Addresses of files behind HTTP: how one is shown and named, which is without credentials. Names go into ids, plans, reports and errors, so everything
 * that shows an address takes it through here.
 *
 * What is taken out: user and password, the fragment, and query parameters that carry a signature or a secret (AWS, Google, Azure and CloudFront name
 * theirs; anything called a token, signature, secret, password, credential or key). Other parameters stay, because they may say which file is meant.
 */

const SIGNATURE = /^(x-amz-|x-goog-|x-ms-)/;
/** Of CloudFront and old S3 signatures, and of Azure's. */
const SIGNED = new Set(['expires', 'policy', 'key-pair-id', 'awsaccesskeyid', 'googleaccessid', 'sv', 'se', 'sp', 'sr', 'st', 'sig', 'sip', 'spr', 'skoid', 'sktid', 'skt', 'ske', 'sks', 'skv', 'auth']);
const SECRET = /token|signature|secret|passw|credential|api-?_?key|accesskey|^key$/;

const isSecret = (name: string): boolean => SIGNATURE.test(name) || SIGNED.has(name) || SECRET.test(name);

/** The address as it may be shown; the same for the same file whoever signed it. Text that is no URL is given back. */
export function shownAddress(address: string): string {
  let url;
  try {
    url = new URL(address);
  } catch {
    return address;
  }
  url.username = '';
  url.password = '';
  url.hash = '';
  const kept = queryOf(url).filter((pair) => !isSecret(parameterName(pair)));
  url.search = kept.length === 0 ? '' : `?${kept.join('&')}`;
  return url.href;
}

/** Whether an address carries a signature in its query: such a one is often good for one method alone. */
export const isSigned = (address: string): boolean => queryOf(new URL(address)).some((pair) => isSecret(parameterName(pair)));

/** Pairs as they were written: taking them apart and joining them again would change a signed address. */
const queryOf = (url: URL): string[] => (url.search.length > 1 ? url.search.slice(1).split('&') : []);

function parameterName(pair: string): string {
  const name = pair.split('=', 1)[0]!; // split gives one part at least
  try {
    return decodeURIComponent(name).toLowerCase();
  } catch {
    return name.toLowerCase();
  }
}
