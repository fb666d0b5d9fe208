import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { GeneratedCode } from './generated-code.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const options = { generateAfter: 2, generateShare: 0.1, maxGeneratedBytes: 10 };
/** Code that takes a millisecond to generate. */
const generate = () => {
  vi.advanceTimersByTime(1);
  return {};
};

it('is generated for what was run often enough', () => {
  const code = new GeneratedCode(options);
  expect(code.isDue({ runs: 2 })).toBe(false);
  expect(code.isDue({ runs: 3 })).toBe(true);
});

it('is generated for one operation after another where many are due at once', () => {
  const code = new GeneratedCode(options);
  code.generate({ runs: 3 }, 1, generate);
  expect(code.isDue({ runs: 3 })).toBe(false);
  vi.advanceTimersByTime(9);
  expect(code.isDue({ runs: 3 })).toBe(true);
});

it('is kept for the operations used last', () => {
  const code = new GeneratedCode(options);
  const [first, second, third] = [{ runs: 3 }, { runs: 3 }, { runs: 3 }];
  const ofFirst = code.generate(first, 5, generate);
  code.generate(second, 5, generate);
  expect(code.get(first)).toBe(ofFirst);
  code.generate(third, 5, generate);
  expect([first, second, third].map((each) => code.get(each) !== undefined)).toEqual([true, false, true]);
  code.clear();
  expect(code.get(first)).toBeUndefined();
});
