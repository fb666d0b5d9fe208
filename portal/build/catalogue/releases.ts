// The releases of the graph, from schema/releases, and what each had.
import { globSync } from 'node:fs';
import { basename } from 'node:path';
import {
  buildSchema,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import { rootFolder } from '../sources.ts';
import { readText } from './graph.ts';

export interface Release {
  version: string;
  sdl: string;
}

/** The oldest first. */
export const releases = (): Release[] =>
  globSync('schema/releases/*/api.graphql', { cwd: rootFolder })
    .map((file) => ({ version: basename(file.replace(/\/api\.graphql$/, '')), sdl: readText(file) }))
    .sort((a, b) => a.version.localeCompare(b.version, 'en', { numeric: true }));

/** The release that a type, `Type.field`, `Type.field.argument` or `Enum.VALUE` came with; null if it is in none. */
export type SinceOf = (coordinate: string) => string | null;

export function firstReleases(): { sinceOf: SinceOf; latest: string } {
  const first = new Map<string, string>();
  const all = releases();
  for (const { version, sdl } of all)
    for (const coordinate of coordinatesOf(buildSchema(sdl, { assumeValid: true })))
      if (!first.has(coordinate)) first.set(coordinate, version);
  return { sinceOf: (coordinate) => first.get(coordinate) ?? null, latest: all.at(-1)?.version ?? '' };
}

function* coordinatesOf(schema: GraphQLSchema): Generator<string> {
  for (const type of Object.values(schema.getTypeMap())) {
    yield type.name;
    if (isEnumType(type)) for (const { name } of type.getValues()) yield `${type.name}.${name}`;
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      yield `${type.name}.${field.name}`;
      if ('args' in field) for (const { name } of field.args) yield `${type.name}.${field.name}.${name}`;
    }
  }
}
