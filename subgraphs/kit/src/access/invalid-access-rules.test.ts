import { describe, expect, it } from 'vitest';
import type { Resolvers } from '../loaders.ts';
import { buildExecutableSchema } from '../schema/executable-schema.ts';

const head = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@composeDirective"])
    @link(url: "https://district-graph.cn/specs/access/v1.0", import: ["@access"])
    @composeDirective(name: "@access")
  directive @access(scope: String!, within: String, mask: String) on OBJECT | INTERFACE | FIELD_DEFINITION
`;
const build = (sdl: string, resolvers: Resolvers = {}) => buildExecutableSchema(`${head}${sdl}`, [resolvers]);

describe('a schema is refused', () => {
  const elder = (fields: string) =>
    `type Elder @key(fields: "id") @access(scope: "elder:read") { id: ID! ${fields} } type Query { elder: Elder }`;
  it.each<[string, string, string]>([
    [
      'for a field without a rule, of a type that has one',
      elder('name: String'),
      'Elder.name has no @access, but Elder has',
    ],
    [
      'for an unknown scope',
      elder('name: String @access(scope: "elder:reed")'),
      'Elder.name: no scope elder:reed',
    ],
    [
      'for an unknown scope that is the name of a property of every object',
      elder('name: String @access(scope: "constructor")'),
      'Elder.name: no scope constructor',
    ],
    [
      'for an unknown mask',
      elder('name: String @access(scope: "elder:read", mask: "BLUR")'),
      'Elder.name: no mask BLUR',
    ],
    [
      'for a mask on a type',
      'type Elder @access(scope: "elder:read", mask: "NAME") { id: ID! } type Query { elder: Elder }',
      'Elder: a type has neither mask nor within',
    ],
    [
      'for a type without the rule of its interface',
      'interface Device @access(scope: "device:read") { id: ID! } type Camera implements Device { id: ID! } type Query { device: Device }',
      'Camera: its @access is not that of Device',
    ],
    [
      'for a type with a rule that its interface does not have',
      'interface Device { id: ID! } type Camera implements Device @access(scope: "device:read") { id: ID! } type Query { device: Device }',
      'Camera: its @access is not that of Device',
    ],
    [
      'for a field without the mask that it has in the interface',
      `interface Device { place: String @access(scope: "device:locate", mask: "HIDDEN") }
       type Camera implements Device { place: String @access(scope: "device:locate") } type Query { device: Device }`,
      'Camera.place: its @access is not that of Device.place',
    ],
  ])('%s', (_what, sdl, fault) => {
    expect(() =>
      build(sdl, sdl.includes('interface') ? { Device: { __resolveType: () => 'Camera' } } : {}),
    ).toThrow(fault);
  });

  it('for a non-null protected object in a member of a result union, which could null the answer', () => {
    const sdl = `type Elder @access(scope: "elder:read") { id: ID! } type Taken { elder: Elder! } union Result = Elder | Taken
      type Query { result: Result }`;
    expect(() => build(sdl)).toThrow('Taken.elder is protected, so it may be null');
    expect(() => build(sdl.replace('elder: Elder!', 'elder: Elder'))).not.toThrow();
  });

  it.each([
    ['by its import (GHSA-g8jh-vg5j-4h3f)', 'import: [{ name: "@access", as: "@guarded" }]'],
    ['by the name of its specification', 'as: "guarded"'],
  ])('for a directive that is renamed %s', (_how, link) => {
    const renamed = head.replaceAll('@access', '@guarded').replace('import: ["@guarded"]', link);
    const elder = 'type Elder @guarded(scope: "elder:read") { id: ID! } type Query { elder: Elder }';
    expect(() => buildExecutableSchema(renamed + elder, [])).toThrow('is linked without importing "@access"');
  });

  it('with one error that lists every fault', () => {
    expect(() => build(elder('name: String phone: String @access(scope: "x")'))).toThrow(
      /Elder\.name.*\n.*Elder\.phone/,
    );
  });
});
