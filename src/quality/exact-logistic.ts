/**
 * The sigmoid and the logistic loss from additions, multiplications and divisions alone, in a fixed order. IEEE 754 fixes what those give to the
 * last bit, and leaves exp and log to each engine; a model trained through these is the same bytes on every machine.
 */

const LN2_HIGH = 0.6931471803691238; // 33 bits of ln 2, so that its multiples below 2^20 are exact
const LN2_LOW = 1.9082149292705877e-10;
const INVERSE_LN2 = 1.4426950408889634;
/** 1 / n! for n = 13 down to 2. */
const INVERSE_FACTORIALS = Float64Array.from({ length: 12 }, (_, i) => 1 / factorial(13 - i));

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}

/** e^-x for x >= 0, within two units in the last place; 0 where x > 708. */
function expOfMinus(x: number): number {
  if (x > 708) return 0;
  const halvings = Math.floor(x * INVERSE_LN2 + 0.5);
  const rest = halvings * LN2_HIGH - x + halvings * LN2_LOW; // in [-ln 2 / 2, ln 2 / 2]
  let sum = 0;
  for (const coefficient of INVERSE_FACTORIALS) sum = sum * rest + coefficient;
  return (1 + (rest + rest * rest * sum)) * powerOfHalf(halvings);
}

/** 2^-n for 0 <= n <= 1022, by squaring: exact. */
function powerOfHalf(n: number): number {
  let result = 1;
  for (let base = 0.5, left = n; left > 0; left >>>= 1, base *= base) if ((left & 1) === 1) result *= base;
  return result;
}

/** ln(1 + y) for 0 <= y <= 1, as 2 artanh(y / (2 + y)): its series in z^2 <= 1/9 ends below 1e-17. */
function logOfOnePlus(y: number): number {
  const z = y / (2 + y);
  const square = z * z;
  let sum = 0;
  for (let k = 35; k >= 1; k -= 2) sum = sum * square + 1 / k;
  return 2 * z * sum;
}

/** 1 / (1 + e^-x). */
export function exactSigmoid(x: number): number {
  const small = expOfMinus(Math.abs(x));
  return x >= 0 ? 1 / (1 + small) : small / (1 + small);
}

/** ln(1 + e^-x): what an example costs whose label has the margin x. */
export function exactLogisticLoss(x: number): number {
  const loss = logOfOnePlus(expOfMinus(Math.abs(x)));
  return x >= 0 ? loss : loss - x;
}
