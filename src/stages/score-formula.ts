/**
 * How the scores of several models become one: their maximum, their mean, or a formula such as `0.7 * style + 0.3 * facts`. A formula is parsed by jsep and
 * knows numbers, models, + - * /, brackets, min(...) and max(...); nothing in it can call code.
 */
import jsep from 'jsep';
import { ConfigError } from '../core/errors.js';

/** One score from the scores of the models, which stand in the order of `models`. */
export type CombineScores = (scores: readonly number[]) => number;

/** A longer formula is a slip of the pen, and nesting costs stack. */
const MOST_CHARACTERS = 1000;

/**
 * The function that `combine` names for these models. Its result is brought into 0 to 1, because keep rules go by probabilities; what has no value (0/0)
 * is 0. Errors: ConfigError with what was found and what is expected, for a formula that cannot be parsed or names what there is not.
 */
export function combineScores(combine: string, models: readonly string[]): CombineScores {
  if (combine === 'max') return (scores) => scores.reduce((a, b) => Math.max(a, b));
  if (combine === 'mean') return (scores) => scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const value = compile(parse(combine), combine, models);
  return (scores) => {
    const result = value(scores);
    return result > 0 ? Math.min(1, result) : 0;
  };
}

function parse(formula: string): jsep.Expression {
  if (formula.length > MOST_CHARACTERS) throw refuse(formula.slice(0, 40), `${formula.length} characters`, `at most ${MOST_CHARACTERS}`);
  try {
    return jsep(formula);
  } catch (error) {
    throw refuse(formula, error instanceof Error ? error.message : String(error), 'max, mean, or a formula such as 0.7 * a + 0.3 * b');
  }
}

const refuse = (formula: string, found: string, expected: string): ConfigError => new ConfigError(`combine "${formula}": found ${found}, expected ${expected}`);

const OPERATORS: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b, '-': (a, b) => a - b, '*': (a, b) => a * b, '/': (a, b) => a / b,
};
const FUNCTIONS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  min: (values) => values.reduce((a, b) => Math.min(a, b)), max: (values) => values.reduce((a, b) => Math.max(a, b)),
};

function compile(given: jsep.Expression, formula: string, models: readonly string[]): CombineScores {
  const node = given as jsep.CoreExpression; // no plugins are registered
  const part = (expression: jsep.Expression): CombineScores => compile(expression, formula, models);
  switch (node.type) {
    case 'Literal': {
      const { value } = node;
      if (typeof value !== 'number') throw refuse(formula, String(node.raw), 'numbers');
      return () => value;
    }
    case 'Identifier': {
      const at = models.indexOf(node.name);
      if (at < 0) throw refuse(formula, `"${node.name}"`, `one of the models ${models.join(', ')} (a name with - in it cannot stand in a formula)`);
      return (scores) => scores[at]!; // one score a model
    }
    case 'UnaryExpression': {
      if (node.operator !== '-') break;
      const value = part(node.argument);
      return (scores) => -value(scores);
    }
    case 'BinaryExpression': {
      const operate = Object.hasOwn(OPERATORS, node.operator) ? OPERATORS[node.operator]! : undefined;
      if (operate === undefined) break;
      const [left, right] = [part(node.left), part(node.right)];
      return (scores) => operate(left(scores), right(scores));
    }
    case 'CallExpression': {
      const name = node.callee.type === 'Identifier' ? String(node.callee['name']) : '';
      if (!Object.hasOwn(FUNCTIONS, name) || node.arguments.length === 0) break;
      const values = node.arguments.map(part);
      return (scores) => FUNCTIONS[name]!(values.map((value) => value(scores)));
    }
  }
  throw refuse(formula, node.type, 'numbers, models, + - * /, brackets, min(...) and max(...)');
}
