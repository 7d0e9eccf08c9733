/**
 * Symmetric positive definite systems, small and dense: what ridge regression, Gauss-Newton steps and interior points come down to. Matrices are
 * row-major, and only the lower triangle is read.
 */

/** Overwrites the lower triangle of `matrix` (n x n) with L of L L' = matrix. False where it is not positive definite to working precision. */
export function factorise(matrix: Float64Array, n: number): boolean {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= matrix[i * n + k]! * matrix[j * n + k]!;
      if (i !== j) matrix[i * n + j] = sum / matrix[j * n + j]!;
      else if (sum > 0 && Number.isFinite(sum)) matrix[i * n + i] = Math.sqrt(sum);
      else return false;
    }
  }
  return true;
}

/** Overwrites `vector` with the solution of L x = vector. The squared length of x is vector' matrix^-1 vector. */
export function solveLower(factor: Float64Array, n: number, vector: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let sum = vector[i]!;
    for (let k = 0; k < i; k++) sum -= factor[i * n + k]! * vector[k]!;
    vector[i] = sum / factor[i * n + i]!;
  }
}

/** Overwrites `vector` with the solution of L L' x = vector. */
export function solve(factor: Float64Array, n: number, vector: Float64Array): void {
  solveLower(factor, n, vector);
  for (let i = n - 1; i >= 0; i--) {
    let sum = vector[i]!;
    for (let k = i + 1; k < n; k++) sum -= factor[k * n + i]! * vector[k]!;
    vector[i] = sum / factor[i * n + i]!;
  }
}
