// Refusals as members of result unions: narrowed, and handled exhaustively, which the compiler checks.
import { describe, expect, expectTypeOf, it } from 'vitest';
import { isRefusal, match } from './client.ts';

type Result =
  | { __typename: 'Booking'; id: string }
  | { __typename: 'SessionClosed'; message: string }
  | { __typename: 'AlreadyBooked'; message: string; booking: { id: string } };

const booking = { __typename: 'Booking', id: 'b' } as Result;
const closed = { __typename: 'SessionClosed', message: '已停止预约。' } as Result;
const already = { __typename: 'AlreadyBooked', message: '已预约。', booking: { id: 'b' } } as Result;

describe('isRefusal', () => {
  it('distinguishes refusals from the record', () => {
    expect([booking, closed, already, null, undefined].map(isRefusal)).toEqual([
      false,
      true,
      true,
      false,
      false,
    ]);
    if (isRefusal(closed)) expectTypeOf(closed.message).toBeString();
    if (!isRefusal(booking)) expectTypeOf(booking).toEqualTypeOf<{ __typename: 'Booking'; id: string }>();
  });
});

describe('match', () => {
  const describeResult = (result: Result | null) =>
    match(result, {
      Booking: ({ id }) => `booked ${id}`,
      AlreadyBooked: (refusal) => `already ${refusal.booking.id}`,
      Refusal: ({ message }) => message,
    });

  it('calls the handler of the member, and that of refusals for the others', () => {
    expect([booking, already, closed].map(describeResult)).toEqual(['booked b', 'already b', '已停止预约。']);
  });

  it('hands a refusal that is newer than the client to the handler of refusals', () => {
    expect(describeResult({ __typename: 'SessionMoved', message: '已改期。' } as never)).toBe('已改期。');
  });

  it('throws for what no handler accepts', () => {
    expect(() => describeResult(null)).toThrow('no handler for a result without __typename');
    const handlers = { Booking: () => '', SessionClosed: () => '', AlreadyBooked: () => '' };
    expect(() => match({ __typename: 'toString' } as never, handlers)).toThrow('no handler for toString');
  });

  it('is not accepted by the compiler when a member has no handler', () => {
    // @ts-expect-error: AlreadyBooked is not handled.
    const incomplete = () => match(closed, { Booking: () => 1, SessionClosed: () => 2 });
    expect(incomplete()).toBe(2);
  });
});
