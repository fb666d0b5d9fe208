// The names of a new subgraph and of its first type, in every form in which the template contains them.

export interface SubgraphNames {
  /** In kebab-case, as in schema/subgraphs.json. */
  name: string;
  /** The first type, in PascalCase, and its plural. */
  type: string;
  plural: string;
  /** What the records of the type are called in Chinese. */
  zh: string;
  /** The subject of the subgraph. */
  titleZh: string;
  titleEn: string;
  port: number;
}

/** The words of a name in any case. */
const wordsOf = (name: string): string[] =>
  name
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-')
    .toLowerCase()
    .split('-');

const capitalised = (word: string) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
export const kebab = (name: string) => wordsOf(name).join('-');
export const snake = (name: string) => wordsOf(name).join('_');
export const pascal = (name: string) => wordsOf(name).map(capitalised).join('');
export const camel = (name: string) => {
  const text = pascal(name);
  return `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`;
};
const spaced = (name: string) => wordsOf(name).join(' ');

/** The regular plural of a name. */
export function pluralOf(name: string): string {
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`;
  return /(s|x|z|ch|sh)$/.test(name) ? `${name}es` : `${name}s`;
}

/** The type of a subgraph that is named for its records: `Park` of `parks`; null if the name is no regular plural. */
export function typeOfPlural(name: string): string | null {
  const forms = [name.replace(/ies$/, 'y'), name.replace(/es$/, ''), name.replace(/s$/, '')];
  const singular = forms.find((form) => form !== name && pluralOf(form) === name);
  return singular ? pascal(singular) : null;
}

/**
 * What stands in the template, and what replaces it. The template is a subgraph of its own, so it uses scopes and a role that exist;
 * those of the new subgraph take their place.
 */
export function replacementsFor({
  name,
  type,
  plural,
  zh,
  titleZh,
  titleEn,
  port,
}: SubgraphNames): [string, string][] {
  return [
    ['sample-bureau', name],
    ['sampleBureau', camel(name)],
    ['SampleBureau', pascal(name)],
    ['sample bureau', titleEn],
    ['sampleRecords', camel(plural)],
    ['SampleRecords', plural],
    ['sample_records', snake(plural)],
    ['sample records', spaced(plural)],
    ['Sample records', capitalised(spaced(plural))],
    ['sampleRecord', camel(type)],
    ['SampleRecord', type],
    ['sample-record', kebab(type)],
    ['sample_record', snake(type)],
    ['a sample record', `${articleOf(type)} ${spaced(type)}`],
    ['A sample record', `${capitalised(articleOf(type))} ${spaced(type)}`],
    ['sample record', spaced(type)],
    ['示例局', titleZh],
    ['示例记录', zh],
    ['place:write', `${name}:write`],
    ['worker:identify', `${name}:read`],
    ['sanitation-dispatcher', roleOf(name)],
    // The number by which the tests of access recognise a leak.
    ['13911119001', `1391111${port}`],
  ];
}

const articleOf = (type: string) => (/^[AEIOU]/.test(type) ? 'an' : 'a');

/** The role of those who keep the records of the subgraph. */
export const roleOf = (name: string) => `${name}-manager`;

/** The text of the template under the new names. */
export function renamed(text: string, replacements: readonly (readonly [string, string])[]): string {
  const byLength = replacements.toSorted(([one], [other]) => other.length - one.length);
  const values = new Map<string, string>(byLength);
  const found = new RegExp(byLength.map(([from]) => from).join('|'), 'g');
  return text.replace(found, (match) => values.get(match) ?? match);
}
