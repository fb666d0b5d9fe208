// The checks of a foreign subgraph's SDL before it is composed.

import { foreignFaults } from '@district-graph/schema/foreign-sdl';
import { describe, expect, it } from 'vitest';

const links = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@override", "@composeDirective"])
  @link(url: "https://district-graph.cn/specs/access/v1.0", import: ["@access"]) @composeDirective(name: "@access")
`;
const faultsOf = (sdl: string, checksAccess = false) =>
  foreignFaults(sdl, { own: new Set(['places']), checksAccess });

describe('the SDL of a foreign subgraph', () => {
  it('may have access rules that the gateway can enforce', () => {
    expect(faultsOf(`${links} type Canteen { cook: String @access(scope: "worker:read") }`)).toEqual([]);
  });

  it('cannot have a mask unless the subgraph checks its rules itself', () => {
    const sdl = `${links} type Canteen { cook: String @access(scope: "worker:read", mask: "NAME") }`;
    expect(faultsOf(sdl)).toEqual([expect.stringMatching(/^Canteen\.cook .*mask/)]);
    expect(faultsOf(sdl, true)).toEqual([]);
  });

  it('cannot have access rules that are lost in composition', () => {
    const sdl =
      'directive @access(scope: String!) on OBJECT type Canteen @access(scope: "worker:read") { id: ID }';
    expect(faultsOf(sdl)).toEqual([expect.stringMatching(/composeDirective/)]);
    expect(faultsOf(links.replace('@composeDirective(name: "@access")', '') + sdl)).toHaveLength(1);
  });

  it('cannot take over a field of this system, but one of another foreign subgraph', () => {
    const sdlOf = (from: string) => `type Division { name: String @override(from: "${from}") }`;
    expect(faultsOf(sdlOf('places'))).toEqual([expect.stringMatching(/^Division\.name .*@override/)]);
    expect(faultsOf(sdlOf('bus-stops'))).toEqual([]);
  });

  it('is refused with the line and column of a syntax error', () => {
    expect(faultsOf('type Canteen {\n  name:\n}')).toEqual([expect.stringMatching(/^3:1: /)]);
  });
});
