import { describe, expect, it } from 'vitest';
import { type Disclosure, Disclosures } from './disclosures.ts';

const of = (id: string) => ({ type: 'Elder', id, divisionCode: '410105007003' });

describe('what a request gives', () => {
  it('is written once for all that is asked for in one turn, each person with the fields in order', async () => {
    const written: Disclosure[][] = [];
    const disclosures = new Disclosures(async (rows) => void written.push([...rows]));
    await Promise.all([
      disclosures.record(of('1'), 'phone'),
      disclosures.record(of('2'), 'name'),
      disclosures.record(of('1'), 'name'),
      disclosures.record(of('1'), 'phone'),
    ]);
    expect(written).toEqual([
      [
        { ...of('1'), fields: ['name', 'phone'] },
        { ...of('2'), fields: ['name'] },
      ],
    ]);
  });

  it('later is a further record', async () => {
    const written: Disclosure[][] = [];
    const disclosures = new Disclosures(async (rows) => void written.push([...rows]));
    await disclosures.record(of('1'), 'name');
    await disclosures.record(of('1'), 'phone');
    expect(written.map(([row]) => row?.fields)).toEqual([['name'], ['phone']]);
  });

  it('is given after it is written, not before', async () => {
    const order: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const disclosures = new Disclosures(async () => {
      order.push('asked');
      await promise;
      order.push('written');
    });
    const given = disclosures.record(of('1'), 'name').then(() => order.push('given'));
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(order).toEqual(['asked']);
    resolve();
    await given;
    expect(order).toEqual(['asked', 'written', 'given']);
  });

  it('is given to none who waited for the same record when that cannot be written; what comes after tries anew', async () => {
    let fails = true;
    const disclosures = new Disclosures(async () => {
      if (fails) throw new Error('the disk is full');
    });
    const both = await Promise.allSettled([
      disclosures.record(of('1'), 'name'),
      disclosures.record(of('2'), 'name'),
    ]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    fails = false;
    await expect(disclosures.record(of('1'), 'name')).resolves.toBeUndefined();
  });
});
