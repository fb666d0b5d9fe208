// What the checks found: how often each was made, and every time it did not hold.

const shownOfEach = 5;

export class Findings {
  #checks = new Map<string, { made: number; violations: string[] }>();

  /** Notes one check. `detail` says what was expected and what was there. */
  expect(check: string, holds: boolean, detail: () => unknown): void {
    this.noted(check, 1, holds ? [] : [detail()]);
  }

  /** Notes so many checks at once, and those that did not hold. */
  noted(check: string, made: number, violations: readonly unknown[]): void {
    const noted = this.#checks.get(check) ?? { made: 0, violations: [] };
    this.#checks.set(check, noted);
    noted.made += made;
    noted.violations.push(...violations.map((violation) => JSON.stringify(violation)));
  }

  /** Notes that two values are the same, by their JSON. */
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
