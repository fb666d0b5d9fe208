import { expect, it } from 'vitest';
import { sorted } from './table.tsx';

const rows = [
  { name: '金水区', value: 3 },
  { name: '二七区', value: null },
  { name: '惠济区', value: 10 },
];
const columns = [
  { name: 'name', sortKey: (row: (typeof rows)[number]) => row.name },
  { name: 'value', sortKey: (row: (typeof rows)[number]) => row.value },
];
const names = (column: string, isDescending: boolean) =>
  sorted(rows, columns, { column, isDescending }).map(({ name }) => name);

it('sorts figures as figures, with those that are not known last in either direction', () => {
  expect(names('value', true)).toEqual(['惠济区', '金水区', '二七区']);
  expect(names('value', false)).toEqual(['金水区', '惠济区', '二七区']);
});

it('sorts Chinese names by their pronunciation', () => {
  expect(names('name', false)).toEqual(['二七区', '惠济区', '金水区']);
});
