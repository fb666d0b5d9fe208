// Bounds that can be inferred from answers written as equations: the lower and the upper bound of a sum.

/** A linear constraint: coefficients by variable. All variables are zero or more. */
export interface Constraint {
  of: ReadonlyMap<number, number>;
  is: 'equal' | 'atLeast';
  value: number;
}

const tiny = 1e-7;

/**
 * The bounds of a sum of variables under the constraints, by the simplex method with Bland's rule, in two phases.
 * Throws if no values satisfy the constraints: then the answers contradict each other.
 */
export function boundsOf(
  variables: number,
  constraints: readonly Constraint[],
  sum: readonly number[],
): { least: number; most: number } {
  const objective = Array.from({ length: variables }, (_, variable) => (sum.includes(variable) ? 1 : 0));
  return {
    most: maximum(variables, constraints, objective),
    least: -maximum(
      variables,
      constraints,
      objective.map((weight) => -weight),
    ),
  };
}

function maximum(
  variables: number,
  constraints: readonly Constraint[],
  objective: readonly number[],
): number {
  // Columns: the variables, one surplus for each constraint, one artificial variable for each, the value.
  const count = constraints.length;
  const width = variables + 2 * count;
  const rows = constraints.map(({ of, is, value }, index) => {
    const row = new Float64Array(width + 1);
    for (const [variable, coefficient] of of) row[variable] = coefficient;
    if (is === 'atLeast') row[variables + index] = -1;
    row[variables + count + index] = 1;
    row[width] = value;
    return row;
  });
  const basis = constraints.map((_, index) => variables + count + index);
  const artificial = new Float64Array(width + 1);
  for (let index = 0; index < count; index++) artificial[variables + count + index] = -1;
  if (maximize(rows, basis, artificial, width) < -tiny) throw new Error('the answers contradict each other');
  // Artificial variables that remain in the basis are zero, and their columns may not enter again.
  const weights = new Float64Array(width + 1);
  weights.set(objective);
  return maximize(rows, basis, weights, variables + count);
}

/** Maximizes the objective with the first `usable` columns; Infinity if it is unbounded. */
function maximize(rows: Float64Array[], basis: number[], objective: Float64Array, usable: number): number {
  const width = objective.length - 1;
  const reduced = Float64Array.from(objective);
  const clear = (target: Float64Array, row: Float64Array, column: number) => {
    const factor = target[column] ?? 0;
    if (factor === 0) return;
    for (let index = 0; index <= width; index++)
      target[index] = (target[index] ?? 0) - factor * (row[index] ?? 0);
  };
  for (const [index, row] of rows.entries()) clear(reduced, row, basis[index] ?? 0);
  for (;;) {
    const entering = reduced.findIndex((weight, column) => column < usable && weight > tiny);
    if (entering < 0) return -(reduced[width] ?? 0);
    let leaving = -1;
    let smallest = Number.POSITIVE_INFINITY;
    for (const [index, row] of rows.entries()) {
      const pivot = row[entering] ?? 0;
      const isArtificial = (basis[index] ?? 0) >= usable;
      // An artificial variable, which is zero, leaves first, whatever the sign of the pivot.
      const ratio =
        isArtificial && Math.abs(pivot) > tiny
          ? 0
          : pivot > tiny
            ? (row[width] ?? 0) / pivot
            : Number.POSITIVE_INFINITY;
      const isFirst = ratio < smallest - tiny;
      const isEarlier = ratio < smallest + tiny && (basis[index] ?? 0) < (basis[leaving] ?? -1);
      if (ratio !== Number.POSITIVE_INFINITY && (isFirst || isEarlier)) {
        leaving = index;
        smallest = Math.min(ratio, smallest);
      }
    }
    const row = rows[leaving];
    if (!row) return Number.POSITIVE_INFINITY;
    const pivot = row[entering] ?? 1;
    for (let index = 0; index <= width; index++) row[index] = (row[index] ?? 0) / pivot;
    for (const other of rows) if (other !== row) clear(other, row, entering);
    clear(reduced, row, entering);
    basis[leaving] = entering;
  }
}
