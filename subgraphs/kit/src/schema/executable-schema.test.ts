import { expect, it } from 'vitest';
import { buildExecutableSchema } from './executable-schema.ts';

const sdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])
  type Road @key(fields: "id") { id: ID! name: String }
  extend type Query { road(id: ID!): Road }
`;

it('refuses a resolver for a field that the SDL does not define', () => {
  expect(() => buildExecutableSchema(sdl, [{ Road: { nmae: () => null } }])).toThrow(
    'a resolver for Road.nmae',
  );
});

it('refuses resolvers for a type that the SDL does not define', () => {
  expect(() => buildExecutableSchema(sdl, [{ Raod: { name: () => null } }])).toThrow('resolvers for Raod');
});

it('refuses two resolvers for one field', () => {
  const module = { Road: { name: () => null } };
  expect(() => buildExecutableSchema(sdl, [module, module])).toThrow('two modules resolve Road.name');
});
