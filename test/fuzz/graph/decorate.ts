// Adds the difficult parts of federation to a drafted graph: @requires, @provides, @override, @inaccessible, invalid nulls and unknown entities.
import type { Random } from '@district-graph/kit/seed/random';
import { leafTypes, wrapped } from './field-types.ts';
import {
  type Field,
  type Graph,
  type InterfaceType,
  isNonNull,
  namedType,
  newField,
  type ObjectType,
} from './model.ts';
import type { Placer } from './place.ts';

/** Literals for arguments of required fields. */
const literals: Record<string, readonly string[]> = {
  Int: ['2', '0'],
  Float: ['0.25', '4'],
  String: ['"s"', '""'],
  Boolean: ['true', 'false'],
  Long: ['12', '9007199254740993'],
  '[Long]': ['[9007199254740993]'],
  ID: ['"i"'],
  Color: ['BLUE'],
  Filter: ['{limit: 9, text: "r"}'],
  Blob: ['"b"', '{c: 1}'],
  '[Int]': ['[4, 5]'],
  '[[String]]': ['[["z"]]'],
  '[Filter]': ['[{limit: 8}]'],
};

export class Decorator {
  #graph: Graph;
  #placer: Placer;
  #random: Random;
  #entities: readonly ObjectType[];
  /** Fields that other fields depend on, which are not changed. */
  #used = new Set<Field>();

  constructor(graph: Graph, placer: Placer, random: Random, entities: readonly ObjectType[]) {
    this.#graph = graph;
    this.#placer = placer;
    this.#random = random;
    this.#entities = entities;
  }

  decorate(): void {
    const random = this.#random;
    for (const entity of this.#entities) if (random.chance(0.25)) this.#override(entity);
    for (let round = 0; round < 2; round += 1)
      for (const entity of this.#entities)
        for (const home of entity.homes) if (random.chance(0.4)) this.#requires(entity, home);
    const media = this.#graph.types.get('Media');
    if (media?.kind === 'interface')
      for (const home of media.homes.slice(1)) if (random.chance(0.5)) this.#requires(media, home);
    for (const type of this.#graph.types.values())
      if (type.kind === 'object') for (const field of type.fields.values()) this.#provides(type, field);
    for (const entity of this.#entities) {
      if (random.chance(0.2)) this.#inaccessible(entity);
      if (random.chance(0.1)) this.#broken(entity);
      for (const field of entity.fields.values())
        if (field.owners.length > 1 && !isNonNull(field.type) && !field.digit && random.chance(0.3))
          if (leafTypes.includes(namedType(field.type)))
            // An invalid null inside an object could make the object null in its subgraph, and the fields around it.
            field.strictIn = field.owners.slice(0, 1);
    }
  }

  /** Runs last: one subgraph does not know some entities; no other field may depend on its fields of them. */
  loseSome(): void {
    for (const entity of this.#entities) {
      if (entity.implements.includes('Media') || !this.#random.chance(0.4)) continue;
      for (const home of entity.homes.slice(1)) {
        const declared = this.#placer.subgraph(home).types.get(entity.name);
        // Fields inside a key may also be read from there.
        if (declared?.keys.length !== 1 || declared.keys[0]?.fields.includes('{')) continue;
        const own = [...declared.fields.values()].filter(({ field }) => !field.digit && !field.sameNumber);
        const alone = own.every(
          ({ field, external }) =>
            external || (field.owners.length === 1 && !this.#used.has(field) && !field.broken),
        );
        const resolved = own.filter(({ external }) => !external);
        if (!alone || resolved.length === 0 || own.some(({ external }) => external)) continue;
        this.#graph.missing.set(entity.name, home);
        break;
      }
    }
  }

  #override(entity: ObjectType): void {
    const inInterface = (name: string) =>
      entity.implements.some((each) => {
        const type = this.#graph.types.get(each);
        return type?.kind === 'interface' && type.fields.has(name);
      });
    const field = [...entity.fields.values()].find(
      (each) =>
        each.owners.length === 1 &&
        !each.digit &&
        each.of === entity.name &&
        leafTypes.includes(namedType(each.type)) &&
        !inInterface(each.name),
    );
    const from = field?.owners[0];
    const to = entity.homes.find((home) => home !== from);
    if (!field || !from || !to || this.#placer.placement(to, entity.name, field.name)) return;
    const before = this.#placer.placement(from, entity.name, field.name);
    if (!before) return;
    before.overridden = true;
    field.owners = [];
    this.#placer.place(to, entity.name, field, { overrideFrom: from });
  }

  #requires(type: ObjectType | InterfaceType, home: string): void {
    const random = this.#random;
    const candidates = [...this.#requirable(type)].filter(
      (field) =>
        field.owners.length > 0 &&
        !field.owners.includes(home) &&
        !this.#placer.placement(home, type.name, field.name),
    );
    const name = random.pick(['estimate', 'summary', 'price', 'name', 'rating']);
    const members =
      type.kind === 'interface'
        ? type.members.map((member) => this.#graph.types.get(member) as ObjectType)
        : [];
    if (candidates.length === 0 || [type, ...members].some(({ fields }) => fields.has(name))) return;
    const chosen = new Set([random.pick(candidates), random.pick(candidates)]);
    const texts: string[] = [];
    for (const field of chosen) {
      const inner = this.#innerSelection(home, field, 2);
      if (inner === null) continue;
      this.#placer.place(home, type.name, field, { external: true });
      for (const { fields } of [type, ...members]) this.#used.add(fields.get(field.name) ?? field);
      texts.push(field.name + this.#arguments(field) + inner);
    }
    if (texts.length === 0) return;
    const leaf = random.pick(['String', 'Int', 'Blob', 'String', 'Size']);
    const computed = newField(type.name, name, wrapped(random, leaf, 0.2), {
      requires: texts.join(' '),
      possible: leaf === 'Size' ? ['Size'] : [],
    });
    for (const each of [type, ...members]) each.fields.set(name, computed);
    this.#placer.place(home, type.name, computed, { requires: computed.requires });
  }

  /** The fields of an interface object type that can be required are those of the interface. */
  *#requirable(type: ObjectType | InterfaceType): Iterable<Field> {
    for (const field of type.fields.values()) if (!field.digit && !field.broken) yield field;
  }

  #arguments({ args }: Field): string {
    const given = args.filter(({ type, fallback }) =>
      type.endsWith('!') && fallback === null ? true : this.#random.chance(0.7),
    );
    const texts = given.map(({ name, type }) => {
      const plain = type === '[[String]]' ? type : type.replaceAll('!', '');
      return `${name}: ${this.#random.pick(literals[plain] ?? ['null'])}`;
    });
    return texts.length ? `(${texts.join(', ')})` : '';
  }

  /** The sub-selection of a required field: '' for a leaf, null when there is none. */
  #innerSelection(home: string, field: Field, depth: number): string | null {
    const random = this.#random;
    const target = namedType(field.type);
    const type = this.#graph.types.get(target);
    if (!type) return '';
    if (depth === 0) return null;
    if (type.kind === 'union') {
      this.#placer.declare(home, target);
      const [member] = this.#placer.subgraph(home).types.get(target)?.members ?? [];
      const memberType = this.#graph.types.get(member ?? '');
      const inner = memberType?.kind === 'object' ? this.#fieldsInside(home, memberType, depth) : null;
      return inner && ` { ... on ${member} { ${inner} } }`;
    }
    if (type.kind === 'interface') return null;
    const inner = this.#fieldsInside(home, type, depth);
    return inner && random.chance(0.2) ? ` { __typename ${inner} }` : inner && ` { ${inner} }`;
  }

  #fieldsInside(home: string, type: ObjectType, depth: number): string | null {
    const random = this.#random;
    const known = [...type.fields.values()].filter(
      (field) => !field.broken && field.owners.length > 0 && !field.requires,
    );
    const texts: string[] = [];
    for (const field of known) {
      if (texts.length === 2 || !random.chance(0.5)) continue;
      const placed = this.#placer.placement(home, type.name, field.name);
      if (type.space && !placed && !leafTypes.includes(namedType(field.type))) continue;
      const inner = this.#innerSelection(home, field, depth - 1);
      if (inner === null) continue;
      if (type.space) {
        this.#placer.declare(home, type.name);
        if (!this.#placer.placement(home, type.name, field.name))
          this.#placer.place(home, type.name, field, { external: true });
      }
      this.#used.add(field);
      texts.push(field.name + this.#arguments(field) + inner);
    }
    return texts.length ? texts.join(' ') : null;
  }

  #provides(type: ObjectType, field: Field): void {
    const random = this.#random;
    const target = this.#graph.types.get(namedType(field.type));
    if (target?.kind !== 'object' || !target.space || field.sameNumber) return;
    for (const owner of field.owners) {
      const placement = this.#placer.placement(owner, type.name, field.name);
      if (!placement || placement.external || placement.provides || !random.chance(0.25)) continue;
      const given = [...target.fields.values()].filter(
        (each) =>
          leafTypes.includes(namedType(each.type)) &&
          each.owners.length > 0 &&
          !each.requires &&
          !each.digit &&
          each.args.length === 0 &&
          (this.#placer.placement(owner, target.name, each.name)?.external ??
            !this.#placer.placement(owner, target.name, each.name)),
      );
      if (given.length === 0) continue;
      const one = random.pick(given);
      if (!this.#placer.placement(owner, target.name, one.name))
        this.#placer.place(owner, target.name, one, { external: true });
      this.#used.add(one);
      placement.provides = one.name;
    }
  }

  #inaccessible(entity: ObjectType): void {
    const shown = [...entity.fields.values()].filter(
      (field) =>
        field.of === entity.name &&
        (!field.digit || this.#random.chance(0.3)) &&
        !entity.implements.some((each) => {
          const type = this.#graph.types.get(each);
          return type?.kind === 'interface' && type.fields.has(field.name);
        }),
    );
    if (shown.length > 1) this.#random.pick(shown).inaccessible = true;
  }

  #broken(entity: ObjectType): void {
    const field = [...entity.fields.values()].find(
      (each) => isNonNull(each.type) && !each.digit && !each.sameNumber && !this.#used.has(each),
    );
    if (field && !field.strictIn.length) field.broken = true;
  }
}
