// Random valid operations over an API schema, with names and shapes that planners and executors often handle incorrectly.
import { Random } from '@district-graph/kit/seed/random';
import {
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
  parse,
  validate,
} from 'graphql';
import { InputWriter } from './inputs.ts';

export interface Operation {
  query: string;
  variables: Record<string, unknown>;
  operationName: string | null;
}

export interface Drawn {
  operation: Operation;
  document: DocumentNode;
}

const mostTries = 30;

/** The operation of the seed, or null when no attempt is valid. */
export function randomOperation(schema: GraphQLSchema, seed: string): Drawn | null {
  for (let attempt = 0; attempt < mostTries; attempt += 1) {
    const random = new Random(`operation ${seed} ${attempt}`);
    const writer = new OperationWriter(schema, random);
    const operation = writer.write();
    const document = parse(operation.query);
    if (validate(schema, document).length === 0) return { operation, document };
  }
  return null;
}

/** Aliases that collide with keys, required fields and names that gateways use themselves. */
const aliases = [
  'id',
  'upc',
  'code',
  'name',
  'price',
  'size',
  'label',
  'shelf',
  'owner',
  'ref',
  'estimate',
  'status',
  'weight',
  '__typename',
  '_entities',
  'representations',
  'data',
  'a',
  'b',
];
const rareAliases = ['__proto__', 'constructor', 'toString', 'length', 'hasOwnProperty'];

interface Scope {
  /** By response name, the field with its arguments as text. */
  taken: Map<string, string>;
  /** The texts of composite fields without their selection sets, to be selected again. */
  heads: [string, GraphQLNamedType][];
}

class OperationWriter {
  #schema: GraphQLSchema;
  #random: Random;
  #inputs: InputWriter;
  #fragments: { name: string; on: GraphQLCompositeType; text: string }[] = [];
  #budget: number;
  #aliasChance: number;
  #directiveChance: number;
  #composites: GraphQLCompositeType[];

  constructor(schema: GraphQLSchema, random: Random) {
    this.#schema = schema;
    this.#random = random;
    this.#inputs = new InputWriter(random);
    this.#budget = random.pick([6, 12, 25, 40]);
    this.#aliasChance = random.pick([0, 0.2, 0.5]);
    this.#directiveChance = random.pick([0, 0.03, 0.15]);
    this.#composites = Object.values(schema.getTypeMap()).filter(
      (type): type is GraphQLCompositeType => isCompositeType(type) && !type.name.startsWith('__'),
    );
  }

  write(): Operation {
    const random = this.#random;
    const mutation = this.#schema.getMutationType();
    const isMutation = !!mutation && random.chance(0.2);
    const root = isMutation ? mutation : (this.#schema.getQueryType() as GraphQLObjectType);
    const selection =
      (random.chance(0.2) ? this.#sharedPaths(root) : null) ??
      this.#selectionSet(root, random.whole(2, 5), isMutation ? 0.7 : 1);
    const kind = isMutation ? 'mutation' : 'query';
    const several = random.chance(0.1);
    const named = several || random.chance(0.4);
    const variables = this.#inputs.definitions();
    const heading = named || variables || isMutation ? `${kind}${named ? ' Main' : ''}${variables} ` : '';
    const texts = [
      `${heading}${selection}`,
      ...this.#fragments.map(({ name, on, text }) => `fragment ${name} on ${on.name} ${text}`),
    ];
    if (several) texts.push(random.pick(['query Other { __typename }', 'query Other { other: __typename }']));
    return {
      query: (random.chance(0.5) ? texts : texts.reverse()).join('\n'),
      variables: this.#inputs.values(),
      operationName: several || (named && random.chance(0.5)) ? 'Main' : null,
    };
  }

  #selectionSet(type: GraphQLCompositeType, depth: number, fragmentChance = 1, outer?: Scope): string {
    const random = this.#random;
    const scope: Scope = outer ?? { taken: new Map(), heads: [] };
    const texts: string[] = [];
    const count = random.whole(1, isUnionType(type) ? 3 : 4);
    for (let index = 0; index < count; index += 1) {
      if (this.#budget <= 0 && texts.length) break;
      const dice = random.next();
      const fragments = (isAbstractType(type) ? 0.55 : 0.2) * fragmentChance;
      let text: string | null;
      if (isAbstractType(type) && depth > 0 && dice > 0.5 && dice < 0.8) text = this.#ofTypes(type, depth);
      else if (dice < fragments || (isUnionType(type) && dice < 0.9))
        text = this.#fragment(type, depth, scope);
      else if (dice > 0.93) text = this.#typename(scope);
      else if (dice > 0.9 && type === this.#schema.getQueryType()) text = this.#introspection(scope);
      else text = this.#field(type, depth, scope);
      if (text) texts.push(text);
    }
    if (texts.length === 0) texts.push(this.#typename(scope) ?? '__typename');
    return `{ ${texts.join(' ')} }`;
  }

  #typename(scope: Scope): string | null {
    const alias = this.#random.chance(0.4) ? this.#random.pick(aliases) : '__typename';
    const taken = scope.taken.get(alias);
    if (taken !== undefined && taken !== '__typename') return null;
    scope.taken.set(alias, '__typename');
    return `${alias === '__typename' ? '' : `${alias}: `}__typename${this.#directives()}`;
  }

  #introspection(scope: Scope): string | null {
    const type = this.#random.pick(this.#composites).name;
    const text = this.#random.pick([
      '__schema { queryType { name } mutationType { name } }',
      `__type(name: "${type}") { kind name fields { name type { name kind ofType { name kind } } } }`,
      '__type(name: "Nobody") { name }',
      `__type(name: "${type}") { possibleTypes { n: name } interfaces { __typename } }`,
    ]);
    const name = text.startsWith('__schema') ? '__schema' : '__type';
    if (scope.taken.has(name)) return null;
    scope.taken.set(name, text);
    return text;
  }

  #field(type: GraphQLCompositeType, depth: number, scope: Scope): string | null {
    const random = this.#random;
    if (isUnionType(type)) return this.#typename(scope);
    if (scope.heads.length && random.chance(0.12)) return this.#again(scope, depth);
    const fields = Object.values(type.getFields()).filter(
      (field) => depth > 0 || isLeafType(getNamedType(field.type)),
    );
    if (fields.length === 0) return this.#typename(scope);
    const composite = fields.filter((field) => isCompositeType(getNamedType(field.type)));
    const field = random.pick(composite.length && random.chance(0.4) ? composite : fields);
    this.#budget -= 1;
    const call = field.name + this.#arguments(field);
    let name = field.name;
    if (random.chance(this.#aliasChance))
      name = random.chance(0.02) ? random.pick(rareAliases) : this.#alias(type.getFields());
    if (scope.taken.has(name) && scope.taken.get(name) !== call) name = `x${scope.taken.size}`;
    scope.taken.set(name, call);
    const head = (name === field.name ? '' : `${name}: `) + call;
    const target = getNamedType(field.type);
    if (!isCompositeType(target)) return head + this.#directives();
    scope.heads.push([head, target]);
    return `${head}${this.#directives()} ${this.#selectionSet(target, depth - 1)}`;
  }

  #alias(fields: Record<string, GraphQLField<unknown, unknown>>): string {
    return this.#random.pick(this.#random.chance(0.5) ? Object.keys(fields) : aliases);
  }

  /** Selects a field a second time; its selection set is merged with the first. */
  #again(scope: Scope, depth: number): string | null {
    const [head, target] = this.#random.pick(scope.heads);
    if (!isCompositeType(target) || depth <= 0) return null;
    return `${head} ${this.#selectionSet(target, depth - 1)}`;
  }

  #fragment(type: GraphQLCompositeType, depth: number, scope: Scope): string | null {
    const random = this.#random;
    const overlapping = this.#composites.filter((other) => this.#overlap(type, other));
    const on = random.chance(0.15) ? type : random.pick(overlapping);
    // Response names of siblings are reused for fields of the same type only; others would be invalid.
    const inner = on === type ? scope : undefined;
    if (random.chance(0.35)) {
      const known = this.#fragments.filter((fragment) => this.#overlap(type, fragment.on));
      if (known.length && random.chance(0.5)) return `...${random.pick(known).name}${this.#directives()}`;
      const text = this.#selectionSet(on, depth);
      const name = `${random.pick(['F', 'on_', 'Part'])}${this.#fragments.length}`;
      this.#fragments.push({ name, on, text });
      return `...${name}${this.#directives()}`;
    }
    const bare = on === type && random.chance(0.5);
    return `...${bare ? '' : ` on ${on.name}`}${this.#directives()} ${this.#selectionSet(on, depth, 0.6, inner)}`;
  }

  /** Selects a field at which members of an abstract type share a response path. */
  #sharedPaths(root: GraphQLObjectType): string | null {
    const random = this.#random;
    let ways: { type: GraphQLCompositeType; fields: GraphQLField<unknown, unknown>[] }[] = [
      { type: root, fields: [] },
    ];
    const ends: typeof ways = [];
    const met = new Set<GraphQLCompositeType>();
    for (let steps = 0; steps < 3; steps += 1)
      ways = ways.flatMap(({ type, fields }) => {
        if (isUnionType(type) || met.has(type)) return [];
        met.add(type);
        return Object.values(type.getFields()).flatMap((field) => {
          const target = getNamedType(field.type);
          if (!isCompositeType(target)) return [];
          const way = { type: target, fields: [...fields, field] };
          if (isAbstractType(target)) ends.push(way);
          return way;
        });
      });
    if (ends.length === 0) return null;
    const { type, fields } = random.pick(ends);
    const shared = this.#ofTypes(type, 2);
    if (!shared) return null;
    const inside = `{ ${shared} ${this.#selectionSet(type, 2).slice(1)}`;
    return fields.reduceRight(
      (within, field) => `{ ${field.name}${this.#arguments(field)} ${within} }`,
      inside,
    );
  }

  /** Selects fields of the same type, of several parent types, under one response name with different selection sets. */
  #ofTypes(type: GraphQLCompositeType, depth: number): string | null {
    const random = this.#random;
    const byType = new Map<string, { on: string; field: GraphQLField<unknown, unknown> }[]>();
    for (const each of isAbstractType(type) ? this.#schema.getPossibleTypes(type) : [])
      for (const field of Object.values(each.getFields()))
        if (isCompositeType(getNamedType(field.type))) {
          const others = byType.get(String(field.type)) ?? [];
          byType.set(String(field.type), [...others, { on: each.name, field }]);
        }
    const shared = [...byType.values()].filter((all) => new Set(all.map(({ on }) => on)).size > 1);
    if (shared.length === 0) return null;
    const name = random.chance(0.5) ? null : random.pick(['at', 'link', 'id', 'x']);
    const chosen = new Map(random.pick(shared).map(({ on, field }) => [on, field]));
    const same = random.chance(0.2) ? ' { __typename }' : null;
    const [first] = chosen.values();
    const twins = first && random.chance(0.6) ? this.#twins(getNamedType(first.type)) : [];
    const texts = [...chosen].map(([on, field]) => {
      this.#budget -= 1;
      const target = getNamedType(field.type) as GraphQLCompositeType;
      const head = `${name === null ? '' : `${name}: `}${field.name}${this.#arguments(field)}`;
      return `... on ${on} { ${head}${same ?? ` ${this.#withTwin(twins, target, depth - 1)}`} }`;
    });
    return texts.join(' ');
  }

  /** Fields of the same type, which can have the same response name. */
  #twins(type: GraphQLNamedType): GraphQLField<unknown, unknown>[] {
    if (!isCompositeType(type) || isUnionType(type)) return [];
    const fields = Object.values(type.getFields());
    const like = (one: GraphQLField<unknown, unknown>) =>
      fields.filter((field) => String(field.type) === String(one.type));
    const differing = fields.filter((field) => field.args.length > 0 || like(field).length > 1);
    return differing.length ? like(this.#random.pick(differing)) : [];
  }

  #withTwin(
    twins: readonly GraphQLField<unknown, unknown>[],
    type: GraphQLCompositeType,
    depth: number,
  ): string {
    if (twins.length === 0) return this.#selectionSet(type, depth);
    const field = this.#random.pick(twins);
    const target = getNamedType(field.type);
    if (isCompositeType(target) && depth <= 0) return this.#selectionSet(type, depth);
    const inside = isCompositeType(target) ? ` ${this.#selectionSet(target, depth - 1)}` : '';
    const twin = `twin: ${field.name}${this.#arguments(field)}${inside}`;
    return this.#random.chance(0.5) ? `{ ${twin} }` : `{ ${twin} ${this.#selectionSet(type, depth).slice(1)}`;
  }

  #overlap(one: GraphQLCompositeType, other: GraphQLCompositeType): boolean {
    const possible = (type: GraphQLCompositeType) =>
      isObjectType(type) ? [type] : this.#schema.getPossibleTypes(type);
    return possible(one).some((type) => possible(other).includes(type));
  }

  #arguments({ args }: GraphQLField<unknown, unknown>): string {
    const given = args.filter((argument) => isRequiredArgument(argument) || this.#random.chance(0.6));
    const texts = given.map((argument: GraphQLArgument) => {
      const hasDefault = argument.defaultValue !== undefined;
      return `${argument.name}: ${this.#inputs.value(argument.type, hasDefault)}`;
    });
    return texts.length ? `(${texts.join(', ')})` : '';
  }

  #directives(): string {
    const random = this.#random;
    if (!random.chance(this.#directiveChance)) return '';
    const one = (name: string) => ` @${name}(if: ${this.#inputs.condition()})`;
    if (random.chance(0.15)) return one('skip') + one('include');
    return one(random.pick(['skip', 'include']));
  }
}
