// Which breaking changes may be released, and what the check says of the others.
import { expect, it } from 'vitest';
import { policyFaults, type RecordedChange } from './change-policy.ts';

const removed = (promisedUntil: string | null) => [
  { text: 'Road.name was removed.', in: ['API', 'sanitation'], promisedUntil },
];
const record: RecordedChange = {
  change: 'Road.name was removed.',
  reason: 'No road has one.',
  announced: '2027-01-01',
  from: '2027-04-01',
};
const faults = (promisedUntil: string | null, records: RecordedChange[], today: string) =>
  policyFaults(removed(promisedUntil), records, today);

it('a removal without a deprecation is refused, with its place and what to do', () => {
  expect(faults(null, [], '2027-05-01')).toEqual([
    expect.stringMatching(
      /^Road\.name was removed\. \(API, sanitation\) .*deprecate it.*docs\/change-policy\.md.*breaking-changes\.json/,
    ),
  ]);
});

it('a deprecated element may be removed after the day that its deprecation names, not on it', () => {
  expect(faults('2027-05-01', [], '2027-05-02')).toEqual([]);
  expect(faults('2027-05-01', [], '2027-05-01')).toEqual([
    'Road.name was removed. (API, sanitation) It was promised until 2027-05-01: keep it until then.',
  ]);
});

it('a recorded change may be released from its day on, with 90 days of notice', () => {
  expect(faults(null, [record], '2027-04-01')).toEqual([]);
  expect(faults(null, [record], '2027-03-31')).toEqual([
    'Road.name was removed. It may be released from 2027-04-01 on.',
  ]);
  expect(faults(null, [{ ...record, announced: '2027-01-02' }], '2027-04-01')).toEqual([
    'Road.name was removed. Its record gives 89 days of notice: at least 90 are needed.',
  ]);
});

it('a fault of security needs no notice, but a reason and the days', () => {
  const urgent: RecordedChange = { ...record, announced: '2027-03-31', from: '2027-04-01', isSecurity: true };
  expect(faults(null, [urgent], '2027-04-01')).toEqual([]);
  for (const change of [{ reason: ' ' }, { announced: 'soon' }, { from: '' }])
    expect(faults(null, [{ ...urgent, ...change }], '2027-04-01')[0]).toContain('needs a reason');
});

it('a record of a change that is not made is refused', () => {
  expect(policyFaults([], [record], '2027-04-01')).toEqual([
    'Road.name was removed. There is no such change: remove its record.',
  ]);
});
