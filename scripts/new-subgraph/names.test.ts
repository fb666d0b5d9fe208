import { describe, expect, it } from 'vitest';
import { camel, kebab, pluralOf, renamed, replacementsFor, snake, typeOfPlural } from './names.ts';

describe('names', () => {
  it.each([
    ['Park', 'park', 'park', 'park'],
    ['GreenSpace', 'greenSpace', 'green-space', 'green_space'],
    ['green-spaces', 'greenSpaces', 'green-spaces', 'green_spaces'],
  ])('%s is written %s, %s and %s', (name, inCamel, inKebab, inSnake) => {
    expect([camel(name), kebab(name), snake(name)]).toEqual([inCamel, inKebab, inSnake]);
  });

  it.each([
    ['Park', 'Parks'],
    ['Library', 'Libraries'],
    ['Survey', 'Surveys'],
    ['Bus', 'Buses'],
    ['Branch', 'Branches'],
  ])('the plural of %s is %s', (type, plural) => {
    expect(pluralOf(type)).toBe(plural);
  });

  it.each([
    ['parks', 'Park'],
    ['green-spaces', 'GreenSpace'],
    ['libraries', 'Library'],
    ['branches', 'Branch'],
    ['heating', null],
  ])('the type of a subgraph called %s is %s', (name, type) => {
    expect(typeOfPlural(name)).toBe(type);
  });
});

describe('a text of the template', () => {
  const names = {
    name: 'green-spaces',
    type: 'OpenSpace',
    plural: 'OpenSpaces',
    zh: '绿地',
    titleZh: '园林',
    titleEn: 'gardens',
    port: 4006,
  };
  it.each([
    ['type SampleRecord { a: SampleRecordKind }', 'type OpenSpace { a: OpenSpaceKind }'],
    ['listSampleRecordsOfOwners', 'listOpenSpacesOfOwners'],
    ["'sample_records:'", "'open_spaces:'"],
    ["'./sample-record/store.ts'", "'./open-space/store.ts'"],
    ['A sample record; edits a sample record.', 'An open space; edits an open space.'],
    ['Sample records of the sample bureau.', 'Open spaces of the gardens.'],
    ['sampleBureauAccessRecords', 'greenSpacesAccessRecords'],
    ['示例局概览：示例记录。', '园林概览：绿地。'],
    ['@access(scope: "place:write")', '@access(scope: "green-spaces:write")'],
    ["roles: ['sanitation-dispatcher']", "roles: ['green-spaces-manager']"],
  ])('%s becomes %s', (text, expected) => {
    expect(renamed(text, replacementsFor(names))).toBe(expected);
  });
});
