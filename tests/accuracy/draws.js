// Keyed random numbers and edits of words, for tests and benchmarks: the same key gives the same draws everywhere, so a made document needs no file.

/** Numbers from 0 to below 1, one a call, drawn by the key's parts (FNV-1a into Mulberry32). */
export function draws(...key) {
  let state = 0x811c9dc5;
  for (const character of key.join('\0')) state = Math.imul(state ^ character.codePointAt(0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of the items. */
export const oneOf = (items, draw) => items[Math.floor(draw() * items.length)];

/** Puts `count` other words, drawn from `vocabulary`, in the place of words at as many places (all of them where there are fewer). White space stays. */
export function replaceWords(text, count, vocabulary, draw) {
  const parts = text.split(/(\s+)/); // words at even places, white space at odd ones
  const places = [];
  for (let at = 0; at < parts.length; at += 2) if (parts[at] !== '') places.push(at);
  for (let done = 0; done < Math.min(count, places.length); done++) {
    const drawn = done + Math.floor(draw() * (places.length - done)); // a shuffle's beginning: no place twice
    [places[done], places[drawn]] = [places[drawn], places[done]];
    let word = oneOf(vocabulary, draw);
    while (word === parts[places[done]]) word = oneOf(vocabulary, draw);
    parts[places[done]] = word;
  }
  return parts.join('');
}
