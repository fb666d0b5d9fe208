// Who sees what: the scopes with the roles that have them, and the masks with an example of each.

import { ownerScopes, roles, type Scope, scopes } from '@district-graph/kit/identity/roles';
import { type MaskName, masks } from '@district-graph/kit/masking';
import type { AccessRule, CatalogueType, MaskEntry, ScopeEntry } from '../../src/catalogue/catalogue.ts';
import type { Bilingual } from '../../src/page/language.ts';
import { type Annotated, directivesOf } from './graph.ts';

export function accessOf(node: Annotated): AccessRule | null {
  const [rule] = directivesOf(node, 'access');
  if (!rule) return null;
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  return { scope: String(rule.scope), mask: text(rule.mask), within: text(rule.within) };
}

/** The purposes that roles with the scope may declare. */
const purposesOf = (scope: Scope): string[] =>
  [...new Set(rolesWith(scope).flatMap((role) => roles[role].purposes as readonly string[]))].sort();

const rolesWith = (scope: Scope): (keyof typeof roles)[] =>
  (Object.keys(roles) as (keyof typeof roles)[]).filter((role) =>
    (roles[role].scopes as readonly string[]).includes(scope),
  );

export function scopeEntries(types: readonly CatalogueType[]): ScopeEntry[] {
  const required = new Map<string, string[]>();
  const add = (rule: AccessRule | null, coordinate: string): void => {
    if (rule) required.set(rule.scope, [...(required.get(rule.scope) ?? []), coordinate]);
  };
  for (const type of types) {
    add(type.access, type.name);
    // A field with the rule of its type needs no line of its own.
    for (const field of type.fields)
      if (field.access?.scope !== type.access?.scope) add(field.access, `${type.name}.${field.name}`);
  }
  return (Object.keys(scopes) as Scope[]).map((scope) => ({
    scope,
    description: chineseThenEnglish(scopes[scope]),
    roles: rolesWith(scope),
    purposes: purposesOf(scope),
    isOwners: ownerScopes.includes(scope),
    requiredBy: required.get(scope) ?? [],
  }));
}

/** Splits a text such as `查看补贴 See subsidies`. */
function chineseThenEnglish(text: string): Bilingual {
  const start = text.search(/ [A-Z]/);
  return { zh: text.slice(0, start), en: text.slice(start + 1) };
}

const examples: Readonly<Record<MaskName, { value: unknown; description: Bilingual }>> = {
  NAME: { value: '王建国', description: { zh: '只显示姓氏', en: 'Only the surname' } },
  PHONE: {
    value: '13800138000',
    description: { zh: '只显示首三位与末四位', en: 'The first three and the last four digits' },
  },
  ID_NUMBER: {
    value: '410105194803120028',
    description: { zh: '出生日期与校验位不显示', en: 'Without the birthday and the check digit' },
  },
  YEAR: { value: '1948-03-12', description: { zh: '只显示年份', en: 'Only the year' } },
  ADDRESS: {
    value: '郑州市金水区文化路80号',
    description: { zh: '只到街道', en: 'Down to the subdistrict' },
  },
  SUBDISTRICT: {
    value: { code: '410105007003' },
    description: { zh: '区划只到街道', en: 'The division down to the subdistrict' },
  },
  POINT: {
    value: { longitude: 113.68273, latitude: 34.79146 },
    description: { zh: '位置约到一公里', en: 'The location to about a kilometre' },
  },
  HIDDEN: { value: null, description: { zh: '不显示（空值）', en: 'Not shown (null)' } },
};

export const maskEntries = (): MaskEntry[] =>
  (Object.keys(masks) as MaskName[]).map((mask) => {
    const { value, description } = examples[mask];
    return {
      mask,
      description,
      before: value === null ? null : shown(value),
      after: value === null ? null : shown(masks[mask](value as never)),
    };
  });

const shown = (value: unknown): string =>
  typeof value === 'object' && value !== null ? Object.values(value).join(', ') : String(value);
