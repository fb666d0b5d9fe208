import { expect, it } from 'vitest';
import { buildExecutableSchema } from '../schema/executable-schema.ts';
import { defineRefusal, refusalCodeOf } from './refusals.ts';

const sdlOf = (type: string, codes: string) => `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  interface Refusal { code: RefusalCode! message: String! }
  enum RefusalCode { ${codes} }
  type ${type} implements Refusal { code: RefusalCode! message: String! }
  type Query { refused: ${type} }`;

it('derives the code from the type', () => {
  expect(refusalCodeOf('CareWorkerInCharge')).toBe('CARE_WORKER_IN_CHARGE');
});

it('makes a refusal with its code, its message in Chinese, then English, and its other fields', () => {
  const full = defineRefusal('HallFull', (seats: number) => ({
    zh: `只有 ${seats} 个座位，请另选。`,
    en: `There are only ${seats} seats; choose another hall.`,
    fields: { seats },
  }));
  expect(full(3)).toEqual({
    __typename: 'HallFull',
    code: 'HALL_FULL',
    message: '只有 3 个座位，请另选。 There are only 3 seats; choose another hall.',
    seats: 3,
  });
});

it('builds no schema with a refusal that has no message, or that the enum does not list', () => {
  expect(() => buildExecutableSchema(sdlOf('HallTaken', 'HALL_TAKEN'), [])).toThrow(
    'HallTaken has no message',
  );
  defineRefusal('HallClosed', () => ({ zh: '已关闭。', en: 'It is closed.' }));
  expect(() => buildExecutableSchema(sdlOf('HallClosed', 'HALL_SHUT'), [])).toThrow(
    'RefusalCode does not list HALL_CLOSED',
  );
  const schema = buildExecutableSchema(sdlOf('HallClosed', 'HALL_CLOSED'), []);
  expect(schema.getType('HallClosed')).toBeDefined();
});
