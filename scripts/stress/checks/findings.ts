// The results of the checks: the number of times that each was made, and every violation.

const shownOfEach = 5;

export class Findings {
  #checks = new Map<string, { made: number; violations: string[] }>();

  /** Records one check. `detail` returns what was expected and what was found. */
  expect(check: string, holds: boolean, detail: () => unknown): void {
    this.record(check, 1, holds ? [] : [detail()]);
  }

  /** Records a number of checks, and the violations among them. */
  record(check: string, made: number, violations: readonly unknown[]): void {
    const entry = this.#checks.get(check) ?? { made: 0, violations: [] };
    this.#checks.set(check, entry);
    entry.made += made;
    entry.violations.push(...violations.map((violation) => JSON.stringify(violation)));
  }

  /** Records whether two values are equal, compared as JSON. */
  same(check: string, received: unknown, expected: unknown, about = ''): void {
    const [is, should] = [JSON.stringify(received), JSON.stringify(expected)];
    this.expect(
      check,
      is === should,
      () => `${about} expected ${should?.slice(0, 500)}, received ${is?.slice(0, 500)}`,
    );
  }

  get violations(): number {
    return [...this.#checks.values()].reduce((total, { violations }) => total + violations.length, 0);
  }

  table(): string {
    const lines = [...this.#checks].map(
      ([check, { made, violations }]) =>
        `${check.padEnd(78)}${String(made).padStart(8)}${String(violations.length).padStart(12)}`,
    );
    return [`${'check'.padEnd(78)}${'made'.padStart(8)}${'violations'.padStart(12)}`, ...lines, ''].join(
      '\n',
    );
  }

  details(): string {
    return [...this.#checks]
      .filter(([, { violations }]) => violations.length)
      .map(([check, { violations }]) =>
        [
          `${check}: ${violations.length}`,
          ...violations.slice(0, shownOfEach).map((violation) => `  ${violation}`),
        ].join('\n'),
      )
      .join('\n');
  }
}
