/** Lists in braces as a shell has them: `{a,b}` and `{00..99}`, side by side but not nested. They name files where nothing can be listed. */

/**
 * The texts that one text stands for, in order; a range counts up, with the zeros of its first number. undefined where they are more than `most`, where
 * braces are nested or not closed, or where a group is neither a list nor a range.
 */
export function expandBraces(text: string, most: number): string[] | undefined {
  let texts = [''];
  for (const part of text.split(/(\{[^{}]*\})/)) {
    const choices = part.startsWith('{') && part.endsWith('}') ? choicesOf(part.slice(1, -1), most) : /[{}]/.test(part) ? undefined : [part];
    if (choices === undefined || texts.length * choices.length > most) return undefined;
    texts = texts.flatMap((before) => choices.map((choice) => before + choice));
  }
  return texts;
}

function choicesOf(group: string, most: number): string[] | undefined {
  const [, first, last] = /^(\d{1,9})\.\.(\d{1,9})$/.exec(group) ?? [];
  if (first === undefined || last === undefined) return group.includes(',') ? group.split(',') : undefined;
  const count = Number(last) - Number(first) + 1;
  if (count < 1 || count > most) return undefined;
  return Array.from({ length: count }, (_, i) => String(Number(first) + i).padStart(first.length, '0'));
}
