import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Federation, federate } from '../testing/federation.ts';

/** From the first response on, or never. */
describe.each([
  ['read by generated code', 0],
  ['read by the general reader', Number.POSITIVE_INFINITY],
])('a value that one fetch returns exactly as the client selects it, %s', (_how, generateFromBytes) => {
  const shelf = (code: unknown, kind = 'OPEN') => ({
    code,
    kind,
    width: 1.5,
    count: -12,
    isFull: false,
    note: null,
    label: 'a "b" \\ 中\n',
    at: { hall: 'R', row: null },
    rows: [[{ number: 1 }, { number: 2_000_000_000 }], null, []],
    blob: { __typename: 'Trap', list: [null, 1] },
  });
  const whole = `__typename code kind width count isFull note label at { hall row } rows { number } blob`;
  let answer: unknown = [];
  let library: Federation;
  beforeAll(async () => {
    library = await federate(
      [
        {
          name: 'library',
          sdl: `
          scalar Blob
          enum Kind { OPEN CLOSED }
          type Query { shelves: [Shelf] main: Shelf! any: [Place] strict: Int }
          union Place = Shelf | Hall
          type Hall { code: String at: At }
          type Shelf {
            code: ID! kind: Kind width: Float count: Int isFull: Boolean note: String label: String!
            at(of: Int): At rows: [[Row!]] blob: Blob
          }
          type At { hall: String row: Int }
          type Row { number: Int }
        `,
          resolvers: {
            Query: { shelves: () => answer, main: () => shelf('m'), any: () => answer, strict: () => 1 },
          },
        },
      ],
      { generateFromBytes },
    );
  });
  afterAll(() => library.stop());
  const dataOf = async (query: string) => (await library.request(query)).data;

  it('is copied unchanged, with every kind of leaf in it', async () => {
    answer = [shelf('1'), null, shelf('2', 'CLOSED')];
    const expected = [shelf('1'), null, shelf('2', 'CLOSED')].map(
      (each) => each && { __typename: 'Shelf', ...each },
    );
    const data = await dataOf(`{ shelves { ${whole} } main { code } }`);
    expect(data).toEqual({ shelves: expected, main: { code: 'm' } });
  });

  it('is written under the client’s names and in its order where those differ', async () => {
    answer = [shelf('1')];
    const { shelves } = await dataOf(
      '{ shelves { place: at(of: 1) { row hall } at { hall row } id: code code } }',
    );
    expect(JSON.stringify(shelves)).toBe(
      '[{"place":{"row":null,"hall":"R"},"at":{"hall":"R","row":null},"id":"1","code":"1"}]',
    );
  });

  it('is read for each type of its parent where there are several', async () => {
    answer = [
      { __typename: 'Shelf', ...shelf('1') },
      { __typename: 'Hall', code: 'r', at: { hall: 'Q', row: 3 } },
    ];
    const { any } = await dataOf('{ any { ... on Shelf { at { hall } } ... on Hall { at { hall row } } } }');
    expect(any).toEqual([{ at: { hall: 'R' } }, { at: { hall: 'Q', row: 3 } }]);
  });

  it('is completed value by value where another value is invalid', async () => {
    answer = [shelf('1')];
    const response = JSON.stringify({
      data: { shelves: [{ at: { hall: 'R', row: 1 }, rows: [[{ number: 1 }]] }], strict: 'x' },
    });
    library.replaceSubgraph('library', () => response);
    const { data, errors } = await library.request('{ shelves { at { hall row } rows { number } } strict }');
    library.replaceSubgraph('library', null);
    expect(data).toEqual({ shelves: [{ at: { hall: 'R', row: 1 }, rows: [[{ number: 1 }]] }], strict: null });
    expect(errors).toMatchObject([{ path: ['strict'] }]);
  });

  it.each([
    ['a number for an identifier', { code: 7 }, [{ code: '7' }], 0],
    ['a value that the enum does not have', { kind: 'SHUT' }, [{ kind: null }], 1],
    ['a whole number that is too large', { count: 3_000_000_000 }, [{ count: null }], 1],
    ['a fraction for a whole number', { count: 1.5 }, [{ count: null }], 1],
    ['null where there must be a value', { label: null }, [null], 1],
  ])('is not copied with %s', async (_what, change, expected, errorCount) => {
    const [name = ''] = Object.keys(change);
    library.replaceSubgraph('library', () => JSON.stringify({ data: { shelves: [change] } }));
    const { data, errors = [] } = await library.request(`{ shelves { ${name} } }`);
    library.replaceSubgraph('library', null);
    expect(data.shelves).toEqual(expected);
    expect(errors).toHaveLength(errorCount);
  });
});
