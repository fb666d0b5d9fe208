import { parse, print } from 'graphql';
import { expect, it } from 'vitest';
import { describeAccess } from './access-descriptions.ts';

const described = (sdl: string) => print(describeAccess(parse(sdl)));

it('says which scope a type or field requires, in Chinese, then English', () => {
  const sdl = described(
    '"老人。 An elder." type Elder @access(scope: "elder:read") { "标识。 Key." id: ID }',
  );
  expect(sdl).toContain('老人。 An elder.\n\n需要权限 elder:read。 Requires the scope elder:read.');
  expect(sdl).toContain('"标识。 Key."\n  id: ID');
});

it('says where a scope is required that a list checks for its division', () => {
  const sdl = described(
    'type Query { "列表。 A list." elders(within: ID!): ID @access(scope: "elder:read", within: "within") }',
  );
  expect(sdl).toContain('Requires the scope elder:read in that division.');
});

it('names the purposes that roles with the scope of a masked field may declare', () => {
  const sdl = described(
    'type Device { "位置。 Where." location: ID @access(scope: "device:locate", mask: "point") }',
  );
  expect(sdl).toContain(
    '脱敏；原值需要权限 device:locate，并以请求头 x-purpose 声明用途（EMERGENCY, INCIDENT_HANDLING, MAINTENANCE）。 Masked; the full value requires the scope device:locate and a purpose in the header x-purpose (EMERGENCY, INCIDENT_HANDLING, MAINTENANCE).',
  );
});

it('leaves types and fields without a description as they are', () => {
  expect(described('type Elder @access(scope: "elder:read") { id: ID }')).not.toContain('Requires');
});
