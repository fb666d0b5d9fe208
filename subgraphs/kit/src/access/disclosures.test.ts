import { describe, expect, it } from 'vitest';
import { type Disclosure, Disclosures } from './disclosures.ts';

const of = (id: string) => ({ type: 'Elder', id, divisionCode: '410105007003' });

describe('a disclosure', () => {
  it('is written together with all others of one turn of the event loop, each person with sorted fields', async () => {
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

  it('that comes later is a further record', async () => {
    const written: Disclosure[][] = [];
    const disclosures = new Disclosures(async (rows) => void written.push([...rows]));
    await disclosures.record(of('1'), 'name');
    await disclosures.record(of('1'), 'phone');
    expect(written.map(([row]) => row?.fields)).toEqual([['name'], ['phone']]);
  });

  it('resolves after it is written, not before', async () => {
    const order: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const disclosures = new Disclosures(async () => {
      order.push('started');
      await promise;
      order.push('written');
    });
    const recorded = disclosures.record(of('1'), 'name').then(() => order.push('resolved'));
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(order).toEqual(['started']);
    resolve();
    await recorded;
    expect(order).toEqual(['started', 'written', 'resolved']);
  });

  it('is rejected with all others of a record that cannot be written; later ones are tried again', async () => {
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
