import { indicatorById } from '@district-graph/schema/indicators';
import type { Indicator } from '@district-graph/schema/indicators/indicator';
import { describe, expect, it } from 'vitest';
import { stateOf } from '../state/board-state.ts';
import { labelOf, shownOf, spokenText, valueText } from './figures.ts';
import { meanOf } from './mean.ts';
import { partRows } from './part-rows.ts';

const of = (id: string): Indicator => indicatorById(id) as Indicator;
const withheld = { value: null, unavailable: 'SMALL_COUNT' } as const;

describe('a value that is not shown', () => {
  it('is `<5` with the reason for a count that is withheld', () => {
    const shown = shownOf(withheld, of('ELDERS'), 'en');
    expect(shown.value).toBe('withheld');
    expect(shown.reason).toMatch(/Withheld.*may be 5 or more itself/);
    expect(valueText(shown, of('ELDERS'), 'en')).toBe('<5');
  });

  it('is `—` with the reason for ratios, amounts and shares, of which `<5` would be another statement', () => {
    for (const [id, per] of [
      ['ELDERS', 'CARE_WORKER'],
      ['SUBSIDY_AMOUNT', null],
      ['PETITIONS_ON_TIME_RATE', null],
    ] as const) {
      const shown = shownOf(withheld, of(id), 'zh-CN', per);
      expect(valueText(shown, of(id), 'zh-CN', per)).toBe('—');
      expect(shown.reason).toMatch(/不公布/);
    }
  });

  it('differs from an owner that is down, and from a true zero', () => {
    expect(shownOf(null, of('CAMERAS'), 'en')).toEqual({ value: 'unavailable' });
    const zero = shownOf({ value: 0, unavailable: null }, of('CAMERAS'), 'en');
    expect(valueText(zero, of('CAMERAS'), 'en')).toBe('0');
    const unknown = shownOf({ value: null, unavailable: 'RECORDED_ABOVE' }, of('CAMERAS'), 'zh-CN');
    expect(spokenText(unknown, of('CAMERAS'), 'zh-CN')).toMatch(/上级区划/);
  });

  it('has no step on the map, so that its colour discloses nothing', () => {
    const part = { code: '410105', name: '金水区', rank: null, series: null };
    const rows = partRows(
      [
        { ...part, answer: { value: 12, unavailable: null } },
        { ...part, answer: withheld },
      ],
      stateOf({ indicator: 'ELDERS' }),
      'zh-CN',
    );
    expect(rows.map(({ step }) => step)).toEqual([3, null]);
    expect(rows.map(({ text }) => text)).toEqual(['12', '<5']);
  });
});

it('writes values with their units', () => {
  const text = (id: string, value: number, per?: 'CARE_WORKER') =>
    spokenText(shownOf({ value, unavailable: null }, of(id), 'zh-CN', per), of(id), 'zh-CN', per);
  expect(text('ELDERS', 12_734)).toBe('1.3 万 人');
  expect(text('ELDERS', 12.9645, 'CARE_WORKER')).toBe('12.96 人');
  expect(text('SUBSIDY_AMOUNT', 1_234_500)).toBe('1.2 万元');
  expect(text('DEVICES_ONLINE_RATE', 0.9341)).toBe('93.4%');
  expect(labelOf(of('ELDERS'), 'en', 'CARE_WORKER')).toBe(
    'Registered elderly people, per care worker on duty',
  );
});

describe('the mean of a ranking', () => {
  const whole = { value: 150, unavailable: null };

  it('is that of the parts for counts, and the value of the whole for ratios and shares', () => {
    expect(meanOf({ indicator: of('INCIDENTS'), per: null, whole, partCount: 15 })).toBe(10);
    expect(meanOf({ indicator: of('INCIDENTS'), per: 'CAMERA', whole, partCount: 15 })).toBe(150);
    expect(meanOf({ indicator: of('AVERAGE_RATING'), per: null, whole, partCount: 15 })).toBe(150);
  });

  it('is not known where the whole is not disclosed', () => {
    expect(meanOf({ indicator: of('ELDERS'), per: null, whole: withheld, partCount: 15 })).toBeNull();
    expect(meanOf({ indicator: of('ELDERS'), per: null, whole: null, partCount: 15 })).toBeNull();
  });
});
