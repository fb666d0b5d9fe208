// Places the types and fields of a graph into its subgraphs, each with the types that it refers to.
import type { Random } from '@district-graph/kit/seed/random';
import { type FieldNode, parse, type SelectionSetNode } from 'graphql';
import { fieldNames, leafTypes, randomArguments, wrapped } from './field-types.ts';
import {
  type Declaration,
  type Field,
  type Graph,
  type InterfaceType,
  namedType,
  newField,
  type ObjectType,
  type Placement,
  type Subgraph,
} from './model.ts';
import { printSubgraph } from './print-sdl.ts';

type HasFields = ObjectType | InterfaceType;

export class Placer {
  #graph: Graph;
  #random: Random;

  constructor(graph: Graph, random: Random) {
    this.#graph = graph;
    this.#random = random;
  }

  randomLeaf(): string {
    return this.#random.pick(leafTypes);
  }

  subgraph(name: string): Subgraph {
    const found = this.#graph.subgraphs.find((subgraph) => subgraph.name === name);
    if (!found) throw new Error(`there is no subgraph ${name}`);
    return found;
  }

  placement(subgraph: string, type: string, field: string): Placement | undefined {
    return this.subgraph(subgraph).types.get(type)?.fields.get(field);
  }

  /** The first subgraph gets every key, so that every entity can be reached from every other. */
  declareHomes(entity: ObjectType): void {
    for (const [index, home] of entity.homes.entries()) {
      const first = this.#random.pick(entity.keys);
      const keys = entity.keys.filter((key) => index === 0 || key === first || this.#random.chance(0.4));
      if (entity.implements.includes('Media') && index === 0) this.declare(home, 'Media');
      const declared = this.#declaration(home, entity.name, 'object');
      if (declared.keys.length) declared.keys = [];
      for (const key of keys.sort(() => this.#random.next() - 0.5)) {
        const resolvable = key === first || index === 0 || this.#random.chance(0.5);
        this.#placeKey(home, entity, key, resolvable);
      }
    }
  }

  isUnplaced(type: ObjectType, name: string): boolean {
    const field = type.fields.get(name);
    const inKey = type.keys.some((key) => parsedSelection(key).some((each) => each.name.value === name));
    return !inKey && field?.owners.length === 0;
  }

  placeIn(type: HasFields, name: string, subgraphs: readonly string[]): void {
    const field = type.fields.get(name);
    if (field) for (const subgraph of subgraphs) this.place(subgraph, type.name, field);
  }

  addField(type: ObjectType, name: string, wantedOwners: string[], { leafChance = 0.5 } = {}): void {
    const random = this.#random;
    if (type.fields.has(name)) return;
    const composites = [...this.#graph.types.keys()].filter(
      (each) => each !== 'Query' && each !== 'Mutation' && !each.endsWith('Ref'),
    );
    let target = random.chance(leafChance) ? this.randomLeaf() : random.pick(composites);
    let owners = wantedOwners;
    const adapted = owners.map((owner) => this.#adapted(owner, target));
    if (adapted.some((each) => each !== adapted[0])) owners = owners.slice(0, 1);
    target = adapted[0] ?? this.randomLeaf();
    const args = random.chance(type.space ? 0.25 : 0.4) ? randomArguments(random) : [];
    const listChance = type.space ? 0.3 : 0.6;
    const field = newField(type.name, name, wrapped(random, target, listChance), { args });
    type.fields.set(name, field);
    for (const owner of owners) this.place(owner, type.name, field);
  }

  /** A field of interface objects, which every member of the interface has. */
  addInterfaceField(media: InterfaceType, name: string, home: string): void {
    const members = media.members.map((member) => this.#graph.types.get(member) as ObjectType);
    if (media.fields.has(name) || members.some(({ fields }) => fields.has(name))) return;
    const target = this.#random.chance(0.7)
      ? this.randomLeaf()
      : this.#adapted(home, this.#random.pick(['Product', 'User', 'Size', 'Media']));
    const args = this.#random.chance(0.2) ? randomArguments(this.#random) : [];
    const field = newField('Media', name, wrapped(this.#random, target ?? 'String'), { args });
    this.place(home, 'Media', field);
    for (const type of [media, ...members]) type.fields.set(name, field);
  }

  place(subgraph: string, type: string, field: Field, more: Partial<Placement> = {}): Placement {
    const fields = this.#declaration(subgraph, type, 'object').fields;
    const placement: Placement = {
      field,
      external: false,
      requires: null,
      provides: null,
      overrideFrom: null,
      overridden: false,
      ...more,
    };
    fields.set(field.name, placement);
    if (!placement.external && !field.owners.includes(subgraph)) field.owners.push(subgraph);
    const target = namedType(field.type);
    if (this.#graph.types.has(target)) this.declare(subgraph, target);
    return placement;
  }

  /** Declares the type in the subgraph, unless it is declared already. */
  declare(subgraph: string, name: string): void {
    const type = this.#graph.types.get(name);
    const { types } = this.subgraph(subgraph);
    if (!type || types.has(name)) return;
    if (type.kind === 'union' || (type.kind === 'interface' && !type.modes)) {
      const declared = this.#declaration(subgraph, name, type.kind);
      const eligible = type.members.filter((member) => this.#adapted(subgraph, member) === member);
      const chosen = eligible.filter(() => this.#random.chance(0.6));
      if (chosen.length === 0 && eligible.length) chosen.push(this.#random.pick(eligible));
      if (type.kind === 'union') declared.members = chosen;
      for (const member of chosen) this.declare(subgraph, member);
    } else if (type.kind === 'interface') this.#declareMedia(subgraph, type);
    else if (type.space) {
      this.#declaration(subgraph, name, 'object');
      this.#placeKey(subgraph, type, this.#random.pick(type.keys), this.#random.chance(0.5));
    } else {
      this.#declaration(subgraph, name, 'object');
      for (const field of type.fields.values()) this.place(subgraph, name, field);
    }
  }

  /** Completes the interfaces and sets the possible types of values. Returns the reason why the draft is invalid, or null. */
  complete(): string | null {
    for (const { name, types } of this.#graph.subgraphs) {
      const item = types.get('Item');
      const type = this.#graph.types.get('Item');
      if (!item || type?.kind !== 'interface') continue;
      item.members = type.members.filter((member) => types.has(member));
      const resolved = (field: string) =>
        item.members.every((member) => {
          const placed = this.placement(name, member, field);
          return placed && !placed.external && !placed.overridden;
        });
      const common = [...type.fields.keys()].filter(resolved);
      const [first] = type.fields.keys();
      if (common.length === 0 && first) {
        for (const member of item.members)
          if (!this.placement(name, member, first))
            this.placeIn(this.#graph.types.get(member) as ObjectType, first, [name]);
        common.push(first);
      }
      for (const field of common)
        item.fields.set(field, this.placement(name, item.members[0] ?? '', field) as Placement);
    }
    for (const type of this.#graph.types.values()) {
      if (type.kind === 'union') continue;
      for (const field of type.fields.values()) {
        const target = namedType(field.type);
        if (!this.#graph.types.has(target)) continue;
        const sets = field.owners.map((owner) => this.#possible(owner, target));
        field.possible = (sets[0] ?? []).filter((name) => sets.every((set) => set.includes(name)));
        if (field.owners.length && field.possible.length === 0)
          return `${type.name}.${field.name} has no possible type`;
      }
    }
    return null;
  }

  print(): void {
    for (const subgraph of this.#graph.subgraphs) subgraph.sdl = printSubgraph(this.#graph, subgraph);
  }

  randomFieldName(): string {
    return this.#random.pick(fieldNames);
  }

  #declaration(subgraph: string, name: string, kind: Declaration['kind']): Declaration {
    const { types } = this.subgraph(subgraph);
    let declared = types.get(name);
    if (!declared) {
      declared = { name, kind, keys: [], fields: new Map(), members: [] };
      types.set(name, declared);
    }
    return declared;
  }

  #declareMedia(subgraph: string, media: InterfaceType): void {
    const mode = media.modes?.get(subgraph) ?? 'object';
    media.modes?.set(subgraph, mode);
    const declared = this.#declaration(
      subgraph,
      'Media',
      mode === 'interface' ? 'interface' : 'interfaceObject',
    );
    declared.keys.push({ fields: 'id', resolvable: true });
    this.placeIn(media, 'id', [subgraph]);
    if (mode !== 'interface') return;
    declared.members = media.members;
    this.placeIn(media, 'shelf', [subgraph]);
    for (const member of media.members) {
      const type = this.#graph.types.get(member) as ObjectType;
      this.#declaration(subgraph, member, 'object');
      this.placeIn(type, 'shelf', [subgraph]);
      this.#placeKey(subgraph, type, 'id', true);
    }
  }

  #placeKey(subgraph: string, type: ObjectType, key: string, resolvable: boolean): void {
    const declared = this.#declaration(subgraph, type.name, 'object');
    if (!declared.keys.some(({ fields }) => fields === key)) declared.keys.push({ fields: key, resolvable });
    const placeAll = (of: ObjectType, selections: readonly FieldNode[]) => {
      for (const { name, selectionSet } of selections) {
        const field = of.fields.get(name.value);
        if (!field) throw new Error(`${of.name} has no key field ${name.value}`);
        if (!this.placement(subgraph, of.name, field.name)) this.place(subgraph, of.name, field);
        const target = this.#graph.types.get(namedType(field.type));
        if (target?.kind === 'object' && selectionSet) placeAll(target, fieldsIn(selectionSet));
      }
    };
    placeAll(type, parsedSelection(key));
  }

  /** The type as this subgraph declares it: a member of the entity interface can be its interface object there. */
  #adapted(subgraph: string, target: string): string | null {
    const media = this.#graph.types.get('Media');
    const type = this.#graph.types.get(target);
    if (type?.kind === 'union' || (type?.kind === 'interface' && !type.modes))
      return type.members.some((member) => this.#adapted(subgraph, member) === member) ? target : null;
    if (media?.kind !== 'interface' || !media.modes)
      return type || leafTypes.includes(target) ? target : null;
    const isMember = media.members.includes(target);
    if (!isMember && target !== 'Media') return type || leafTypes.includes(target) ? target : null;
    const mode = media.modes.get(subgraph) ?? (isMember ? 'members' : 'object');
    media.modes.set(subgraph, mode);
    if (isMember) return mode === 'object' ? 'Media' : target;
    return mode === 'members' ? (media.members[0] ?? null) : target;
  }

  #possible(subgraph: string, name: string): readonly string[] {
    const type = this.#graph.types.get(name);
    const declared = this.subgraph(subgraph).types.get(name);
    if (!type || !declared) return [];
    if (type.kind === 'object') return [name];
    return type.kind === 'interface' && type.modes ? type.members : declared.members;
  }
}

const fieldsIn = (selectionSet: SelectionSetNode): FieldNode[] =>
  selectionSet.selections.filter((each): each is FieldNode => each.kind === 'Field');

const selections = new Map<string, SelectionSetNode>();

export function parsedSelectionSet(text: string): SelectionSetNode {
  let found = selections.get(text);
  if (!found) {
    const [definition] = parse(`{${text}}`, { noLocation: true }).definitions;
    if (definition?.kind !== 'OperationDefinition') throw new Error(`expected a selection, received ${text}`);
    found = definition.selectionSet;
    selections.set(text, found);
  }
  return found;
}

export const parsedSelection = (text: string): FieldNode[] => fieldsIn(parsedSelectionSet(text));
