/** Every string of a JSON value as one text, for records whose text is in no one field. */

/** U+001E, information separator two: stands between two strings. */
export const STRING_END = 0x1e;

/** Every string of a value that was parsed, in its order; undefined where there is none. Names of members are not among them. */
export function allStrings(value: unknown): string | undefined {
  const strings: string[] = [];
  const open = [value];
  while (open.length > 0) { // nested without recursion: JSON.parse takes any depth
    const one = open.pop();
    if (typeof one === 'string') strings.push(one);
    else if (typeof one === 'object' && one !== null) for (const part of Object.values(one).reverse()) open.push(part);
  }
  return strings.length === 0 ? undefined : strings.join(String.fromCharCode(STRING_END));
}
