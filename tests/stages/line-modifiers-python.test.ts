/**
 * The oracle of `line-modifiers` (dclm): its rules said with Python's own str and re, one pass over the whole text after another, as DCLM's code does it (no
 * package of that code is published). It checks what the stage tells from bytes: capitals, digits, white space, words, case, the form of a counter.
 */
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { lineModifiers } from '#src/stages/line-modifiers.js';
import { newlines } from '#src/stages/newlines.js';
import { realDocuments, repeatingText } from '../kernels/gopher-texts.js';
import { lineText } from './line-texts.js';
import { modified } from './modifier-stage.js';
import { PythonOracle } from '../python-oracle.js';

const SCRIPT = `
import json, re, sys, unicodedata
COUNTER = re.compile(r"\\W*\\d[\\d,.]*[kmb]?\\s+(likes|shares|comments|retweets|reposts|quotes|bookmarks|upvotes|downvotes|downloads|views|followers)\\W*")

def count_words(text):
    return sum(token[0].isalnum() for token in re.split("[\\\\0\\t-\\r ]+", text) if token)

def share(line, test):
    return sum(map(test, line)) / len(line)

WHOLE_LINES = [
    (True, lambda line: line and share(line, str.isupper) > 0.5),
    (True, lambda line: line and share(line, str.isdigit) > 0.999999),
    (True, lambda line: COUNTER.fullmatch(line.lower())),
    (False, lambda line: line and len(line.split()) < 2),
]
PATTERNS = [re.compile(pattern, re.IGNORECASE) for pattern in (r"\\s?items in cart", r"\\s?read more...\\Z", r"\\Asign-in\\s?")]

def modify(text):
    before = count_words(text)
    if before == 0:
        return ["no-words", None]
    for strips, removes in WHOLE_LINES:
        text = "\\n".join(line for line in text.split("\\n") if not removes(line))
        text = text.strip() if strips else text
    for pattern in PATTERNS:
        lines = []
        for line in text.split("\\n"):
            if len(line.split()) <= 10:
                shorter = pattern.sub("", line)
                if line and not shorter.strip():
                    continue
                line = shorter
            lines.append(line)
        text = "\\n".join(lines).strip()
    if (before - count_words(text)) / before > 0.05:
        return ["too-many-words-removed", None]
    return [None, text]

def free(text):
    global count_words
    counted, count_words = count_words, lambda text: 1
    answer = modify(text)
    count_words = counted
    return answer[1]

def unassigned(text):
    return "".join(character for character in set(text) if unicodedata.category(character) == "Cn")

texts = json.load(open(sys.argv[1], encoding="utf-8"))
json.dump([[modify(text), free(text), re.sub(r"\\n{3,}", "\\n\\n", text), unassigned(text)] for text in texts], sys.stdout)
`;

const oracle = new PythonOracle();
afterAll(() => oracle.remove());

it('line-modifiers (dclm) and newlines equal the same rules in Python, on real documents and arbitrary lines', async (context) => {
  const problem = await oracle.find();
  if (problem !== undefined) context.skip(problem);
  const all = [...realDocuments(2000), ...fc.sample(lineText, { numRuns: 3000, seed: 11 }), ...fc.sample(repeatingText, { numRuns: 500, seed: 4 })];
  const allAnswers = await oracle.ask(SCRIPT, all) as [[string | null, string | null], string, string, string][]; // written by SCRIPT
  // A letter of a newer Unicode version than Python's is not one to Python.
  const isComparable = (_: unknown, i: number): boolean => !/\P{Cn}/u.test(allAnswers[i]![3]);
  const [texts, answers] = [all.filter(isComparable), allAnswers.filter(isComparable)];
  expect(texts.length).toBeGreaterThan(0.9 * all.length);

  const outcomes = modified(lineModifiers, { preset: 'dclm' }, texts);
  expect(outcomes.map(({ reason, text }) => [reason, text ?? null])).toEqual(answers.map(([whole]) => whole));
  expect(new Set(outcomes.map(({ reason }) => reason)).size).toBe(3);
  expect(outcomes.filter(({ reason, edited }) => reason === null && edited).length).toBeGreaterThan(200);

  const free = modified(lineModifiers, { preset: 'dclm', maxRemovedWords: null }, texts);
  expect(free.map(({ text }) => text)).toEqual(answers.map(([, text]) => text));
  expect(modified(newlines, {}, texts).map(({ text }) => text)).toEqual(answers.map(([, , text]) => text));
});
