// The codes of the division register (schema/data), for rooms that keep no divisions of their own.
import { readFileSync } from 'node:fs';

const file = new URL('../../../schema/data/zhengzhou-divisions.csv', import.meta.url);

/** Every code of the register: 3,530 of them. */
export const registeredDivisions = (): ReadonlySet<string> =>
  new Set(
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((row) => row.slice(0, row.indexOf(','))),
  );
