// Generates a federated graph from a seed. The same seed always gives the same graph, and every graph composes.
import { Random } from '@district-graph/kit/seed/random';
import { composeSupergraph } from '@district-graph/schema/compose';
import { Decorator } from './decorate.ts';
import { fieldNames, keyTypes, randomArguments, wrapped } from './field-types.ts';
import { type Graph, newField, type ObjectType } from './model.ts';
import { Placer } from './place.ts';

export interface Generated {
  graph: Graph;
  /** The first composition error of each draft that did not compose. */
  discarded: string[];
}

const mostDrafts = 60;

/** `urlOf` returns the URLs for the supergraph. Throws when no draft of the seed composes. */
export function generateGraph(seed: number, addressOf: (subgraph: string) => string): Generated {
  const discarded: string[] = [];
  for (let draft = 0; draft < mostDrafts; draft += 1) {
    const graph = new GraphDraft(`${seed}.${draft}`).build();
    if (typeof graph === 'string') {
      discarded.push(graph);
      continue;
    }
    try {
      graph.supergraph = composeSupergraph(
        graph.subgraphs.map(({ name, sdl }) => ({ name, url: addressOf(name), sdl })),
      );
      return { graph, discarded };
    } catch (error) {
      discarded.push((error as Error).message.split('\n')[1] ?? (error as Error).message);
    }
  }
  throw new Error(`no draft of seed ${seed} composes: ${discarded.join('\n')}`);
}

const subgraphNames = ['alpha', 'beta', 'gamma-2', 'delta', 'omega'];
const entityNames = ['Product', 'User', 'Order', 'Depot'];
const valueNames = ['Size', 'Price', 'Note'];
const keyNames = ['id', 'upc', 'code'];

class GraphDraft {
  #random: Random;
  #graph: Graph;
  #placer: Placer;
  #entities: ObjectType[] = [];

  constructor(seed: string) {
    this.#random = new Random(`graph ${seed}`);
    const subgraphs = subgraphNames
      .slice(0, this.#random.whole(2, 5))
      .map((name) => ({ name, types: new Map(), sdl: '' }));
    this.#graph = {
      seed,
      types: new Map(),
      subgraphs,
      enums: new Map([
        ['Color', ['RED', 'GREEN', 'BLUE']],
        ['Level', ['LOW', 'HIGH']],
      ]),
      scalars: ['Blob', 'When', 'Long'],
      missing: new Map(),
      supergraph: '',
    };
    this.#placer = new Placer(this.#graph, this.#random);
  }

  /** The graph with its subgraphs' SDL, or the reason why this draft is invalid. */
  build(): Graph | string {
    const random = this.#random;
    for (const root of random.chance(0.5) ? ['Query', 'Mutation'] : ['Query']) this.#object(root, null);
    for (const name of valueNames.slice(0, random.whole(1, 3))) this.#valueType(name);
    for (const name of entityNames.slice(0, random.whole(2, 4))) this.#entity(name);
    if (random.chance(0.4)) this.#entityInterface();
    if (random.chance(0.6)) this.#plainInterface();
    if (random.chance(0.6)) this.#union();
    for (const entity of this.#entities) this.#placer.declareHomes(entity);
    for (const entity of this.#entities) this.#ordinaryFields(entity);
    if (random.chance(0.7)) this.#sharedPath();
    this.#rootFields();
    const decorator = new Decorator(this.#graph, this.#placer, random, this.#entities);
    decorator.decorate();
    const fault = this.#placer.complete();
    if (fault) return fault;
    decorator.loseSome();
    this.#placer.print();
    return this.#graph;
  }

  #object(name: string, space: readonly number[] | null): ObjectType {
    const type: ObjectType = {
      kind: 'object',
      name,
      space,
      keys: [],
      implements: [],
      fields: new Map(),
      homes: [],
    };
    this.#graph.types.set(name, type);
    return type;
  }

  #valueType(name: string): void {
    const random = this.#random;
    const type = this.#object(name, null);
    const others = [...this.#graph.types.keys()].filter((each) => valueNames.includes(each) && each !== name);
    for (const field of this.#someNames(random.whole(2, 4))) {
      const leaf = others.length && random.chance(0.25) ? random.pick(others) : this.#placer.randomLeaf();
      const args = random.chance(0.15) ? randomArguments(random) : [];
      type.fields.set(field, newField(name, field, wrapped(random, leaf), { args, possible: [leaf] }));
    }
  }

  #someNames(count: number): string[] {
    const names = new Set<string>();
    while (names.size < count) names.add(this.#random.pick(fieldNames));
    return [...names];
  }

  #entity(name: string): ObjectType {
    const random = this.#random;
    const size = random.whole(3, 8);
    const type = this.#object(name, numbersTo(size));
    type.homes = this.#homes();
    const count = random.pick([1, 1, 2, 3]);
    const single = keyNames.slice(0, 2);
    for (let index = 0; index < count; index += 1) {
      const kind = random.pick(['single', 'single', 'compound', 'nested', 'entity'] as const);
      const key = random.pick(single);
      if (kind === 'single' || (kind === 'entity' && this.#entities.length === 0))
        this.#addKey(type, this.#keyField(type, key, { div: 1, mod: 8 }, random.chance(0.05)));
      else if (kind === 'compound') {
        const second = this.#keyField(type, 'lot', { div: 2, mod: 4 });
        this.#addKey(type, `${this.#keyField(type, 'code', { div: 1, mod: 2 })} ${second}`);
      } else if (kind === 'nested') this.#addKey(type, this.#nestedKey(type));
      else this.#addKey(type, this.#entityKey(type));
    }
    this.#entities.push(type);
    return type;
  }

  #homes(): string[] {
    const names = this.#graph.subgraphs.map(({ name }) => name);
    const homes = names.filter(() => this.#random.chance(0.6));
    const first = this.#random.pick(names);
    return [first, ...homes.filter((name) => name !== first)];
  }

  #addKey(type: ObjectType, key: string): void {
    if (!type.keys.includes(key)) type.keys.push(key);
  }

  /** A Boolean key can identify two objects only. */
  #keyField(type: ObjectType, name: string, digit: { div: number; mod: number }, boolean = false): string {
    if (type.fields.has(name)) return name;
    const few = digit.mod === 2 && this.#random.chance(0.5);
    if (boolean) type.space = numbersTo(2);
    const leaf = boolean || few ? 'Boolean' : this.#random.pick(keyTypes);
    const nonNull = this.#random.chance(0.9) ? '!' : '';
    type.fields.set(name, newField(type.name, name, leaf + nonNull, { digit, possible: [leaf] }));
    return name;
  }

  #nestedKey(type: ObjectType): string {
    const name = `${type.name}Ref`;
    if (!this.#graph.types.has(name)) {
      const ref = this.#object(name, null);
      this.#keyField(ref, 'code', { div: 1, mod: 2 });
      this.#keyField(ref, 'upc', { div: 2, mod: 4 });
      if (this.#random.chance(0.5)) {
        const leaf = this.#placer.randomLeaf();
        ref.fields.set('name', newField(name, 'name', leaf, { possible: [leaf] }));
      }
      type.fields.set('ref', newField(type.name, 'ref', `${name}!`, { sameNumber: true, possible: [name] }));
    }
    return 'ref { code upc }';
  }

  /** A key through another entity with the same number. */
  #entityKey(type: ObjectType): string {
    const other = this.#random.pick(this.#entities);
    const key = other.keys.find((each) => /^\w+$/.test(each));
    if (!key || !other.space || !type.space) return this.#keyField(type, 'id', { div: 1, mod: 8 });
    if (!type.fields.has('holder')) {
      type.space = numbersTo(Math.min(type.space.length, other.space.length));
      type.fields.set(
        'holder',
        newField(type.name, 'holder', `${other.name}!`, { sameNumber: true, possible: [other.name] }),
      );
    }
    const holder = type.fields.get('holder')?.possible[0];
    if (holder !== other.name) return this.#keyField(type, 'id', { div: 1, mod: 8 });
    return this.#random.chance(0.3)
      ? `${this.#keyField(type, 'lot', { div: 2, mod: 4 })} holder { ${key} }`
      : `holder { ${key} }`;
  }

  #entityInterface(): void {
    const random = this.#random;
    const [home, ...others] = this.#homes();
    if (!home || others.length === 0) return;
    const members = random.chance(0.7) ? ['Book', 'Film'] : ['Book', 'Film', 'Song'];
    const size = random.whole(4, 8);
    const id = newField('Media', 'id', `${random.pick(keyTypes)}!`, { digit: { div: 1, mod: 8 } });
    const modes = new Map([[home, 'interface' as const]]) as Map<string, 'interface' | 'object' | 'members'>;
    for (const name of others) modes.set(name, random.chance(0.7) ? 'object' : 'members');
    const inherited = newField('Media', 'shelf', wrapped(random, this.#placer.randomLeaf()));
    const fields = new Map([['id', id]]);
    if (random.chance(0.7)) fields.set('shelf', inherited);
    this.#graph.types.set('Media', {
      kind: 'interface',
      name: 'Media',
      members,
      modes,
      keys: ['id'],
      space: numbersTo(size),
      fields,
      homes: [home, ...others.filter((name) => modes.get(name) === 'object')],
    });
    for (const [index, name] of members.entries()) {
      const space = numbersTo(size).filter((number) => number % members.length === index);
      const type = this.#object(name, space);
      type.keys = ['id'];
      type.implements = ['Media'];
      type.homes = [home, ...others.filter((each) => modes.get(each) === 'members')];
      for (const [key, field] of fields)
        type.fields.set(key, newField(name, key, field.type, { digit: field.digit, owners: [] }));
      this.#entities.push(type);
    }
  }

  #plainInterface(): void {
    const random = this.#random;
    const candidates = [
      ...this.#entities,
      ...valueNames.flatMap((name) => (this.#graph.types.get(name) as ObjectType | undefined) ?? []),
    ];
    const members = candidates.filter(() => random.chance(0.6));
    if (members.length < 2) return;
    const fields = new Map(
      ['label', 'rank'].slice(0, random.whole(1, 2)).map((name) => {
        const leaf = this.#placer.randomLeaf();
        return [name, newField('Item', name, wrapped(random, leaf), { possible: [leaf] })];
      }),
    );
    for (const member of members) {
      member.implements.push('Item');
      for (const [name, { type, possible }] of fields)
        member.fields.set(name, newField(member.name, name, type, { possible }));
    }
    this.#graph.types.set('Item', {
      kind: 'interface',
      name: 'Item',
      members: members.map(({ name }) => name),
      modes: null,
      keys: [],
      space: null,
      fields,
      homes: [],
    });
  }

  #union(): void {
    const members = [...this.#entities.map(({ name }) => name), 'Size'].filter(() =>
      this.#random.chance(0.6),
    );
    if (members.length) this.#graph.types.set('Hit', { kind: 'union', name: 'Hit', members });
  }

  #ordinaryFields(entity: ObjectType): void {
    const random = this.#random;
    const names = this.#someNames(random.whole(2, 5)).filter((name) => !entity.fields.has(name));
    for (const name of entity.fields.keys())
      if (this.#placer.isUnplaced(entity, name))
        this.#placer.placeIn(entity, name, [random.pick(entity.homes)]);
    for (const name of names) {
      const owners = random.chance(0.2) ? entity.homes.filter(() => random.chance(0.6)) : [];
      if (owners.length === 0) owners.push(random.pick(entity.homes));
      this.#placer.addField(entity, name, owners, { leafChance: 0.55 });
    }
    const media = this.#graph.types.get('Media');
    if (media?.kind !== 'interface' || !entity.implements.includes('Media')) return;
    if (entity.name !== 'Book') return;
    for (const home of media.homes.slice(1))
      for (const name of this.#someNames(random.whole(1, 3)))
        this.#placer.addInterfaceField(media, name, home);
  }

  /** Members of a union or interface whose fields of the same type lead to the same entity type: they share a response path. */
  #sharedPath(): void {
    const random = this.#random;
    const targets = this.#entities.filter((entity) => !entity.implements.includes('Media'));
    const [target] = targets.length ? [random.pick(targets)] : [];
    if (!target) return;
    const type = wrapped(random, target.name, 0.4);
    const args = random.chance(0.3) ? randomArguments(random) : [];
    for (const member of this.#entities) {
      if (random.chance(0.15)) continue;
      const name = random.chance(0.8) ? 'link' : 'other';
      const field = newField(member.name, name, type, { args });
      member.fields.set(name, field);
      const owners = random.chance(0.2) ? member.homes.filter(() => random.chance(0.5)) : [];
      this.#placer.placeIn(member, name, owners.length ? owners : [random.pick(member.homes)]);
    }
    const item = this.#graph.types.get('Item');
    if (item?.kind !== 'interface') return;
    const shared = item.members.every((member) => {
      const found = this.#graph.types.get(member);
      return found?.kind === 'object' && found.fields.has('link');
    });
    if (shared) item.fields.set('link', newField('Item', 'link', type, { args, possible: [target.name] }));
  }

  #rootFields(): void {
    const random = this.#random;
    const names = this.#graph.subgraphs.map(({ name }) => name);
    for (const [root, prefix, most] of [
      ['Query', 'find', 3],
      ['Mutation', 'make', 2],
    ] as const) {
      const type = this.#graph.types.get(root);
      if (type?.kind !== 'object') continue;
      let count = 0;
      for (const name of names) {
        if (root === 'Mutation' && random.chance(0.4)) continue;
        for (let index = random.whole(root === 'Query' && count === 0 ? 1 : 0, most); index > 0; index -= 1) {
          const owners =
            root === 'Query' && random.chance(0.15) ? names.filter(() => random.chance(0.5)) : [];
          if (!owners.includes(name)) owners.push(name);
          count += 1;
          this.#placer.addField(type, `${prefix}${count}`, owners, { leafChance: 0.08 });
        }
      }
      if (count === 0) this.#graph.types.delete(root);
    }
  }
}

const numbersTo = (size: number): number[] => Array.from({ length: size }, (_, index) => index);
