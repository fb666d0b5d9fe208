// Argument values of random operations, as literals or variables.
import { parseExactly } from '@district-graph/kit/operation/exact-numbers';
import type { Random } from '@district-graph/kit/seed/random';
import {
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
} from 'graphql';

interface Variable {
  type: string;
  fallback: string | null;
  /** Omitted from the request if undefined. */
  value: unknown;
}

const absent = Symbol('absent');

const longs = ['0', '-12', '9007199254740993', '9007199254740992', '0.30000000000000004441'];

export class InputWriter {
  #random: Random;
  #variables = new Map<string, Variable>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** A value as GraphQL text, which may be a variable. With `hasDefault`, a nullable variable is allowed for a non-null type. */
  value(type: GraphQLInputType, hasDefault = false): string {
    if (this.#random.chance(0.35)) return this.#variable(type, hasDefault);
    return this.#literal(type, true);
  }

  condition(): string {
    const random = this.#random;
    if (random.chance(0.4)) return random.pick(['true', 'false']);
    const known = [...this.#variables].filter(
      ([, { type, fallback }]) => type === 'Boolean!' || (type === 'Boolean' && fallback),
    );
    const [found] = known;
    if (found && random.chance(0.6)) return `$${random.pick(known)[0]}`;
    if (random.chance(0.4)) {
      const given = random.chance(0.5) ? random.chance(0.5) : absent;
      return this.#define({ type: 'Boolean', fallback: random.pick(['true', 'false']), value: given });
    }
    return this.#define({ type: 'Boolean!', fallback: null, value: random.chance(0.5) });
  }

  definitions(): string {
    if (this.#variables.size === 0) return '';
    const texts = [...this.#variables].map(
      ([name, { type, fallback }]) => `$${name}: ${type}${fallback === null ? '' : ` = ${fallback}`}`,
    );
    return `(${texts.join(', ')})`;
  }

  values(): Record<string, unknown> {
    const given = [...this.#variables].filter(([, { value }]) => value !== absent);
    return Object.fromEntries(given.map(([name, { value }]) => [name, value]));
  }

  #define(variable: Variable): string {
    const random = this.#random;
    let name = random.chance(0.15) ? random.pick(['representations', 'id', 'first', 'limit']) : '';
    if (!name || this.#variables.has(name)) name = `v${this.#variables.size}`;
    this.#variables.set(name, variable);
    return `$${name}`;
  }

  #variable(type: GraphQLInputType, hasDefault: boolean): string {
    const random = this.#random;
    const same = [...this.#variables].filter(([, each]) => each.type === String(type));
    if (same.length && random.chance(0.4)) return `$${random.pick(same)[0]}`;
    const nullable = isNonNullType(type) ? type.ofType : type;
    if (isNonNullType(type)) {
      if (hasDefault && random.chance(0.4))
        return this.#define({
          type: String(nullable),
          fallback: null,
          value: random.chance(0.5) ? absent : this.#json(type),
        });
      const fallback = random.chance(0.3) ? this.#literal(type, false) : null;
      const value = fallback !== null && random.chance(0.5) ? absent : this.#json(type);
      const declared = fallback !== null && random.chance(0.5) ? String(nullable) : String(type);
      return this.#define({ type: declared, fallback, value });
    }
    const fallback = random.chance(0.4) ? this.#literal(type, false) : null;
    const value = random.chance(0.3) ? absent : this.#json(type);
    const declared = value !== null && random.chance(0.2) ? `${type}!` : String(type);
    if (declared.endsWith('!'))
      return this.#define({
        type: declared,
        fallback: null,
        value: value === absent ? this.#some(type) : value,
      });
    return this.#define({ type: declared, fallback, value });
  }

  #some(type: GraphQLInputType): unknown {
    for (;;) {
      const value = this.#json(type);
      if (value !== null) return value;
    }
  }

  #literal(type: GraphQLInputType, mayVary: boolean): string {
    const random = this.#random;
    if (isNonNullType(type)) return this.#nonNullLiteral(type.ofType, mayVary);
    if (random.chance(0.1)) return 'null';
    return this.#nonNullLiteral(type, mayVary);
  }

  #inner(type: GraphQLInputType, mayVary: boolean): string {
    return mayVary ? this.value(type) : this.#literal(type, false);
  }

  #nonNullLiteral(type: GraphQLInputType, mayVary: boolean): string {
    const random = this.#random;
    if (isListType(type)) {
      // A single value is coerced to a list.
      if (random.chance(0.15)) return this.#literal(isNonNullType(type.ofType) ? type.ofType : type, false);
      const items = Array.from({ length: random.whole(0, 2) }, () => this.#inner(type.ofType, mayVary));
      return `[${items.join(', ')}]`;
    }
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(
        (field) => isRequiredInputField(field) || random.chance(0.25),
      );
      return `{${fields.map((field) => `${field.name}: ${this.#inner(field.type, mayVary)}`).join(', ')}}`;
    }
    if (isEnumType(type)) return random.pick(type.getValues()).name;
    switch (String(type)) {
      case 'Int':
        return random.pick(['0', '-1', '12']);
      case 'Float':
        return random.pick(['0.5', '3', '1e3', '-0.0']);
      case 'Boolean':
        return random.pick(['true', 'false']);
      case 'ID':
        return random.pick(['"i d"', '7', '""']);
      case 'String':
        return random.pick(['""', '"é\\n\\u4e2d"', '"""block "quoted" \\ text"""', '"$v0"']);
      case 'When':
        return random.pick(['"2024"', '0']);
      case 'Long':
        return random.pick(longs);
      default:
        return random.pick([
          '{a: 1, b: [true, null, "x"]}',
          '{n: [9007199254740993]}',
          '"s"',
          '[]',
          '1.5',
          'false',
          '{id: {}}',
        ]);
    }
  }

  #json(type: GraphQLInputType): unknown {
    const random = this.#random;
    if (!isNonNullType(type) && random.chance(0.12)) return null;
    const plain = isNonNullType(type) ? type.ofType : type;
    if (isListType(plain)) return Array.from({ length: random.whole(0, 2) }, () => this.#json(plain.ofType));
    if (isInputObjectType(plain)) {
      const fields = Object.values(plain.getFields()).filter(
        (field) => isRequiredInputField(field) || random.chance(0.25),
      );
      return Object.fromEntries(fields.map((field) => [field.name, this.#json(field.type)]));
    }
    if (isEnumType(plain)) return random.pick(plain.getValues()).name;
    switch (String(plain)) {
      case 'Int':
        return random.pick([0, -5, 2_147_483_647]);
      case 'Float':
        return random.pick([0.1, 2, 1e21]);
      case 'Boolean':
        return random.chance(0.5);
      case 'ID':
        return random.pick(['', 'x"y', 8]);
      case 'Long':
        return parseExactly(random.pick(longs));
      case 'String':
        return random.pick(['', '中\u0001', 'a\\', '\u2028🙂']);
      default:
        return random.pick<unknown>([
          { b: ['é', null] },
          { n: [parseExactly('9007199254740993')] },
          'w',
          0,
          [[]],
          false,
        ]);
    }
  }
}
