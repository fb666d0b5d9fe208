// The entities of the graph and the fields that lead from one to another.
import type { CatalogueType, EntityLink, EntityNode } from '../../src/catalogue/catalogue.ts';
import { labelOf } from './descriptions.ts';

const namedTypeOf = (type: string): string => type.replace(/[[\]!]/g, '');

/** What a field is about: for a page of a list, what the list contains. */
function subjectOf(type: string, types: ReadonlyMap<string, CatalogueType>): string {
  const name = namedTypeOf(type);
  const nodes =
    name.endsWith('Connection') && types.get(name)?.fields.find((field) => field.name === 'nodes');
  return nodes ? namedTypeOf(nodes.type) : name;
}

export function entitiesOf(all: readonly CatalogueType[]): {
  nodes: EntityNode[];
  links: EntityLink[];
} {
  const types = new Map(all.map((type) => [type.name, type]));
  const entities = all.filter(({ keys }) => keys.length > 0);
  const isEntity = new Set(entities.map(({ name }) => name));
  const links = new Map<string, EntityLink & { fields: string[] }>();
  for (const entity of entities) {
    const inherited = new Set(
      entity.interfaces.flatMap(
        (name) => (isEntity.has(name) ? types.get(name)?.fields.map((field) => field.name) : []) ?? [],
      ),
    );
    for (const field of entity.fields) {
      const to = subjectOf(field.type, types);
      // What an interface that is an entity has, is drawn there only.
      if (!isEntity.has(to) || to === entity.name || inherited.has(field.name)) continue;
      const owner = field.owners[0] ?? '';
      const key = `${entity.name} ${to} ${owner}`;
      const link = links.get(key) ?? { from: entity.name, to, fields: [], owner };
      link.fields.push(field.name);
      links.set(key, link);
    }
  }
  return {
    nodes: entities.map(({ name, description, owners }) => ({
      name,
      label: labelOf(description),
      owner: owners[0] ?? '',
    })),
    links: [...links.values()],
  };
}
