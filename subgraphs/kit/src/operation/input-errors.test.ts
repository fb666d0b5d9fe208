import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { buildExecutableSchema } from '../schema/executable-schema.ts';
import { subgraphLimits } from './limits.ts';
import { OperationError, ValidOperation, validationErrors } from './valid-operation.ts';

const sdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])
  scalar Date
  scalar DateTime
  scalar Long
  scalar PartialDate
  enum Colour { RED GREEN }
  input Contact { name: String! phone: String }
  input Person { idNumber: String! born: Date contacts: [Contact!] colour: Colour height: Float year: PartialDate }
  type Query {
    person(input: Person!): String
    all(
      day: Date at: DateTime long: Long partial: PartialDate int: Int float: Float text: String flag: Boolean id: ID
      colour: Colour days: [Date!] person: Person
    ): String
  }
`;
const schema = buildExecutableSchema(sdl, [{ Query: { person: () => null, all: () => null } }]);
const limits = subgraphLimits;

/** The errors of invalid variables. */
function refused(query: string, variables: Record<string, unknown>) {
  const operation = new ValidOperation(query, null, schema, { limits });
  try {
    operation.coerced(variables);
  } catch (error) {
    if (error instanceof OperationError) return error.errors;
    throw error;
  }
  return [];
}

const secret = '41010519490101001X';
const long = `${secret}${'x'.repeat(50_000)}`;
const types = {
  day: 'Date',
  at: 'DateTime',
  long: 'Long',
  partial: 'PartialDate',
  int: 'Int',
  float: 'Float',
};
const more = {
  text: 'String',
  flag: 'Boolean',
  id: 'ID',
  colour: 'Colour',
  days: '[Date!]',
  person: 'Person',
};
const all = Object.entries({ ...types, ...more });

describe('a variable that does not fit its type', () => {
  it.each(all)('%s: %s is reported by its name and the expected value, never by its value', (name, type) => {
    for (const value of [long, [secret], { [name]: { secret } }, secret]) {
      if (name === 'text' || name === 'id') if (typeof value === 'string') continue;
      const [error] = refused(`query ($v: ${type}) { all(${name}: $v) }`, { v: value });
      expect(error?.message).toMatch(/\$v.*。 Variable \$v.*: .*\.$/s);
      expect(error?.message).not.toContain(secret);
      expect(error?.message.length).toBeLessThan(500);
      expect(error?.extensions).toMatchObject({
        code: 'BAD_USER_INPUT',
        argument: expect.stringMatching(/^v/),
      });
    }
  });

  const query = 'query ($input: Person!) { person(input: $input) }';
  it.each([
    [{ idNumber: secret, sex: 'F' }, 'input', 'Field "sex" is not defined by type "Person"'],
    [
      { idNumber: secret, contacts: [{ phone: secret }] },
      'input.contacts.0',
      'Field "name" of required type "String!" was not provided',
    ],
    [{ idNumber: secret, born: secret }, 'input.born', 'expected Date, a real day YYYY-MM-DD'],
    [{ idNumber: secret, colour: secret }, 'input.colour', 'expected a value of the enum Colour'],
    [{ idNumber: 41010519490101, born: null }, 'input.idNumber', 'expected String, text'],
    [{ idNumber: null }, 'input.idNumber', 'Expected non-nullable type "String!" not to be null'],
    [{ idNumber: secret, contacts: secret }, 'input.contacts', 'Expected type "Contact" to be an object'],
    [
      { idNumber: secret, height: Number.POSITIVE_INFINITY },
      'input.height',
      'expected Float, a finite number',
    ],
    [secret, 'input', 'Expected type "Person" to be an object'],
    [undefined, 'input', 'Expected non-nullable type "Person!" not to be null'],
  ])('is reported by its path: %#', (input, argument, expected) => {
    const [error] = refused(query, input === undefined ? {} : { input });
    expect(error?.extensions).toEqual({ code: 'BAD_USER_INPUT', argument });
    expect(error?.message).toContain(`Variable $${argument}: ${expected}`);
    expect(error?.message).not.toContain(secret);
  });

  it('is reported ten times at most', () => {
    const names = Array.from({ length: 41 }, (_each, index) => `v${index}`);
    const fields = names.map((name) => `${name}: all(day: $${name})`).join(' ');
    const errors = refused(
      `query (${names.map((name) => `$${name}: Date`).join(' ')}) { ${fields} }`,
      Object.fromEntries(names.map((name) => [name, secret])),
    );
    expect(errors).toHaveLength(10);
  });
});

describe('a value in the document that does not fit its type', () => {
  it.each([
    ['day: "S"', 'Argument day: expected Date, a real day YYYY-MM-DD'],
    ['day: 4101', 'Argument day: expected Date, a real day YYYY-MM-DD'],
    ['day: S', 'Argument day: expected Date, a real day'],
    ['at: "S"', 'Argument at: expected DateTime, an RFC 3339 instant'],
    ['long: "S"', 'Argument long: expected Long, an integer'],
    ['partial: "S"', 'Argument partial: expected PartialDate'],
    ['int: "S"', 'Argument int: expected Int, a 32-bit integer'],
    ['int: 410105194901010019', 'Argument int: expected Int'],
    ['float: "S"', 'Argument float: expected Float'],
    ['float: 1e400', 'Argument float: expected Float, a finite number'],
    ['float: -1e999', 'Argument float: expected Float, a finite number'],
    [`float: ${'9'.repeat(400)}`, 'Argument float: expected Float, a finite number'],
    ['text: 410105194901010019', 'Argument text: expected String'],
    ['flag: "S"', 'Argument flag: expected Boolean, true or false'],
    ['id: true', 'Argument id: expected ID'],
    ['colour: "S"', 'Argument colour: expected a value of the enum Colour'],
    ['colour: S', 'Argument colour: expected a value of the enum Colour'],
    ['days: ["S"]', 'Argument days: expected Date'],
    ['day: ["S"]', 'Argument day: expected Date'],
    ['day: {a: "S"}', 'Argument day: expected Date'],
    ['person: "S"', 'Argument person: expected an object, Person'],
    ['person: {idNumber: "S", born: "S"}', 'Argument person: expected Date'],
    ['person: {idNumber: "S", sex: "S"}', 'Field "sex" is not defined by type "Person"'],
    ['person: {born: null}', 'Field "Person.idNumber" of required type "String!" was not provided'],
    ['person: {idNumber: null}', 'Argument person: expected String'],
    ['person: {idNumber: "S", height: 1e400}', 'Argument person: expected Float, a finite number'],
  ])('%s is reported by the expected value, never by its value', (argument, expected) => {
    const [error] = validationErrors(`{ all(${argument.replace(/\bS\b/g, `S${secret}`)}) }`, schema, limits);
    expect(error?.message).toContain(expected);
    expect(error?.message).not.toMatch(/S41010|4101051949|1e400|1e999/);
    expect(error?.locations).toHaveLength(1);
  });

  it('is also reported for a default, and ten times at most', () => {
    const [error] = validationErrors(`query ($day: Date = "${secret}") { all(day: $day) }`, schema, limits);
    expect(error?.message).toContain('Default value: expected Date');
    const fields = Array.from({ length: 41 }, (_each, index) => `v${index}: all(day: "${secret}")`).join(' ');
    expect(validationErrors(`{ ${fields} }`, schema, limits)).toHaveLength(10);
  });

  it('is reported by its kind where no value is allowed', () => {
    for (const value of [`"${secret}"`, `"""${secret}"""`, '41010519490101', '4101051949.5']) {
      const [error] = validationErrors(`{ all(text ${value}) }`, schema, limits);
      expect(error?.message).toMatch(/^Syntax Error: Expected ":", found (Block)?(String|Int|Float)/);
      expect(error?.message).not.toContain('410105');
    }
  });

  it('is reported for an unknown scalar', () => {
    const foreign = buildSchema('scalar Even type Query { a(even: [Even!]!): Int }');
    const [error] = validationErrors(`{ a(even: null) }`, foreign, limits);
    expect(error?.message).toContain('Argument even: expected a value of the scalar Even');
  });
});
