// Makes the graph's changelog: each release compared with the one before it, and the schema as it is now with the latest.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, type GraphQLSchema, isInterfaceType, isIntrospectionType, isObjectType } from 'graphql';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import type {
  ChangeLevel,
  GraphChange,
  GraphChanges,
  OwnerChanges,
  ReleaseChanges,
} from '../../src/changes/changes.ts';
import { readText } from '../catalogue/graph.ts';
import { releases } from '../catalogue/releases.ts';
import { rootFolder } from '../sources.ts';
import { changelogReleases } from './changelog.ts';
import { compareSchemas } from './compare.ts';

const currentFile = 'schema/contracts/api.graphql';

export async function buildChanges({ types, owners }: Catalogue): Promise<GraphChanges> {
  const changelog = changelogReleases(readText('CHANGELOG.md'));
  const current = { version: null, sdl: readText(currentFile) };
  const versions = [...releases(), current].map(({ version, sdl }) => ({
    version,
    schema: buildSchema(sdl, { assumeValid: true }),
  }));
  const ownerAt = ownersBy(types);
  const all = versions.map(async ({ version, schema }, index): Promise<ReleaseChanges> => {
    const previous = versions[index - 1];
    const entry = changelog.find((each) => each.version === version);
    const { changes, descriptionCount } = previous
      ? await compareSchemas(previous.schema, schema)
      : { changes: [], descriptionCount: 0 };
    return {
      version,
      before: previous?.version ?? null,
      date: entry?.date ?? null,
      updated: entry?.date ? `${entry.date}T00:00:00+08:00` : writtenAt(currentFile),
      byOwner: byOwner(changes, ownerAt, owners),
      counts: countsOf(changes),
      descriptionCount,
      ...sizeOf(schema),
      sections: entry?.sections ?? [],
    };
  });
  return { releases: (await Promise.all(all)).reverse().filter(hasContent) };
}

/** Without changes there is nothing to say about what is not released. */
const hasContent = ({ version, byOwner: groups, sections }: ReleaseChanges): boolean =>
  version !== null || groups.length > 0 || sections.length > 0;

const writtenAt = (file: string): string =>
  new Date(statSync(join(rootFolder, file)).mtimeMs).toISOString().replace(/\.\d+Z$/, 'Z');

/** The subgraph of a coordinate, of a part of it, or empty where several have it. */
function ownersBy(types: Catalogue['types']): (at: string) => string {
  const owners = new Map<string, readonly string[]>();
  for (const type of types) {
    owners.set(type.name, type.owners);
    for (const field of type.fields)
      owners.set(`${type.name}.${field.name}`, field.owners.length ? field.owners : type.owners);
  }
  return (at) => {
    const [type = '', field = ''] = at.split('.');
    const found = owners.get(`${type}.${field}`) ?? owners.get(type) ?? [];
    return found.length === 1 ? (found[0] ?? '') : '';
  };
}

const order: readonly ChangeLevel[] = ['BREAKING', 'DANGEROUS', 'SAFE'];

function byOwner(
  changes: readonly GraphChange[],
  ownerAt: (at: string) => string,
  owners: readonly string[],
): OwnerChanges[] {
  const groups = Map.groupBy(changes, ({ at }) => ownerAt(at));
  return [...owners, ''].flatMap((owner) => {
    const own = groups.get(owner);
    if (!own) return [];
    return [
      {
        owner,
        changes: own.toSorted(
          (a, b) =>
            order.indexOf(a.level) - order.indexOf(b.level) || (a.at < b.at ? -1 : a.at > b.at ? 1 : 0),
        ),
      },
    ];
  });
}

const countsOf = (changes: readonly GraphChange[]): Record<ChangeLevel, number> => {
  const counts = { BREAKING: 0, DANGEROUS: 0, SAFE: 0 };
  for (const { level } of changes) counts[level]++;
  return counts;
};

function sizeOf(schema: GraphQLSchema): { types: number; fields: number } {
  const types = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type));
  const fields = types.reduce(
    (sum, type) =>
      sum + (isObjectType(type) || isInterfaceType(type) ? Object.keys(type.getFields()).length : 0),
    0,
  );
  return { types: types.length, fields };
}
