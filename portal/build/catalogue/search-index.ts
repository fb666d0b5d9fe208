// The index by which the catalogue is searched: a file that browsers load when somebody searches.
import { pinyin } from 'pinyin-pro';
import type { Catalogue, CatalogueField, CatalogueType } from '../../src/catalogue/catalogue.ts';
import { type EntryKind, nameOf, type SearchEntry, type SearchIndex } from '../../src/catalogue/search.ts';
import type { Bilingual } from '../../src/page/language.ts';
import { labelOf } from './descriptions.ts';

export function searchIndexOf({ types, errors }: Catalogue): SearchIndex {
  const byName = new Map(types.map((type) => [type.name, type]));
  return {
    entries: [
      ...types.flatMap((type) => entriesOfType(type, byName)),
      ...errors.map(({ code, title, meaning }) =>
        entry({
          at: code,
          kind: 'ERROR',
          description: { zh: `${title}。${meaning.zh}`, en: meaning.en },
          owners: [],
        }),
      ),
    ],
  };
}

const rootKinds: Readonly<Record<string, EntryKind>> = {
  Query: 'QUERY',
  Mutation: 'MUTATION',
  Subscription: 'SUBSCRIPTION',
};

const ranks: Readonly<Record<EntryKind, number>> = {
  ENTITY: 12,
  INTERFACE: 10,
  QUERY: 9,
  SUBSCRIPTION: 6,
  MUTATION: 5,
  OBJECT: 5,
  ENUM: 4,
  SCALAR: 4,
  ERROR: 5,
  FIELD: 3,
  UNION: 1,
  INPUT: 1,
  VALUE: 1,
  ARGUMENT: 0,
};

function entriesOfType(type: CatalogueType, byName: ReadonlyMap<string, CatalogueType>): SearchEntry[] {
  const inherited = new Set(
    type.interfaces.flatMap((name) => byName.get(name)?.fields.map((field) => field.name) ?? []),
  );
  const isEntity = type.keys.length > 0;
  return [
    entry({
      at: type.name,
      kind: isEntity ? 'ENTITY' : type.kind,
      description: type.description,
      owners: type.owners,
      rank: /(Connection|Edge)$/.test(type.name) ? -12 : 0,
    }),
    ...type.values.map((value) =>
      entry({
        at: `${type.name}.${value.name}`,
        kind: 'VALUE',
        description: value.description,
        owners: type.owners,
        isDeprecated: value.deprecated !== null,
      }),
    ),
    ...type.fields.flatMap((field) =>
      // What is asked for of an entity comes before what is in between.
      entriesOfField(
        type,
        field,
        (isEntity ? 6 : 0) - (inherited.has(field.name) ? 4 : 0) - (type.kind === 'INPUT' ? 25 : 0),
      ),
    ),
  ];
}

function entriesOfField(
  { name: parent, owners }: CatalogueType,
  field: CatalogueField,
  rank: number,
): SearchEntry[] {
  const at = `${parent}.${field.name}`;
  const shared = { owners: field.owners.length ? field.owners : owners };
  const isPlumbing = /^(edges|nodes|node|cursor|pageInfo)$/.test(field.name);
  return [
    entry({
      ...shared,
      at,
      kind: rootKinds[parent] ?? 'FIELD',
      description: field.description,
      rank: rank - (isPlumbing ? 15 : 0),
      isDeprecated: field.deprecated !== null,
    }),
    ...field.arguments.map((argument) =>
      entry({
        ...shared,
        at: `${at}(${argument.name}:)`,
        kind: 'ARGUMENT',
        description: argument.description,
        isDeprecated: argument.deprecated !== null,
      }),
    ),
  ];
}

interface Element {
  at: string;
  kind: EntryKind;
  description: Bilingual;
  owners: readonly string[];
  rank?: number;
  isDeprecated?: boolean;
}

const entry = ({ at, kind, description, owners, rank = 0, isDeprecated = false }: Element): SearchEntry => ({
  at,
  kind,
  ...description,
  pinyin: pinyinOf(labelOf(description).zh),
  owner: owners.length === 1 ? (owners[0] ?? '') : '',
  // Of equal matches, the shorter names first.
  rank: ranks[kind] + rank - (isDeprecated ? 20 : 0) - Math.min(nameOf(at).length, 40) / 10,
  ...(isDeprecated && { isDeprecated: true as const }),
});

const known = new Map<string, string>();

/** Without tones; what is not Chinese is left out. */
function pinyinOf(label: string): string {
  const han = label.replace(/\P{Script=Han}/gu, '');
  let text = known.get(han);
  if (text === undefined) {
    text = han && pinyin(han, { toneType: 'none', v: true });
    known.set(han, text);
  }
  return text;
}
