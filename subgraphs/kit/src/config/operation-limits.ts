// How large an operation may be: the settings of operation/limits.ts, for the gateway and, with wider defaults, for a subgraph.
import type { Bilingual } from '../errors.ts';
import type { OperationLimits } from '../operation/limits.ts';
import { type Environment, type Setting, setting } from './environment.ts';
import { onOrOff, wholeNumber } from './forms.ts';

type Limit = Exclude<keyof OperationLimits, 'hasIntrospection'>;

interface LimitVariable extends Bilingual {
  variable: string;
  bounds: readonly [min: number, max: number];
  earlier?: string;
}

const limitVariables: Record<Limit, LimitVariable> = {
  maxTokens: {
    variable: 'MAX_TOKENS',
    bounds: [1, 10_000_000],
    zh: '文档的词法单元。',
    en: 'Tokens of a document.',
  },
  maxNameLength: {
    variable: 'MAX_NAME_LENGTH',
    bounds: [1, 1_000_000],
    zh: '名称或别名的字符数。',
    en: 'Characters of a name or an alias.',
  },
  maxDepth: {
    variable: 'MAX_DEPTH',
    bounds: [1, 150],
    zh: '字段的嵌套层数。',
    en: 'Levels of nested fields.',
  },
  maxSelections: {
    variable: 'MAX_SELECTIONS',
    bounds: [1, 10_000_000],
    zh: '展开片段后的选择数。',
    en: 'Selections, with fragments expanded.',
  },
  maxAliases: {
    variable: 'MAX_ALIASES',
    bounds: [0, 1_000_000],
    zh: '展开片段后带别名的字段数；同一位置的同一名称只计一次。',
    en: 'Fields with an alias, with fragments expanded. The same name in one selection set counts once.',
  },
  maxRootFields: {
    variable: 'MAX_ROOT_FIELDS',
    bounds: [1, 1_000_000],
    zh: '展开片段后的顶层字段数。',
    en: 'Root fields, with fragments expanded.',
  },
  maxDirectives: {
    variable: 'MAX_DIRECTIVES',
    bounds: [0, 1_000_000],
    zh: '展开片段后的指令数。',
    en: 'Directives, with fragments expanded.',
  },
  maxDirectivesInPlace: {
    variable: 'MAX_DIRECTIVES_PER_LOCATION',
    earlier: 'MAX_DIRECTIVES_IN_PLACE',
    bounds: [0, 1000],
    zh: '同一位置的指令数。',
    en: 'Directives at one location.',
  },
  maxFragments: {
    variable: 'MAX_FRAGMENTS',
    bounds: [0, 1_000_000],
    zh: '文档的片段数。',
    en: 'Fragments of a document.',
  },
  maxDocumentOperations: {
    variable: 'MAX_DOCUMENT_OPERATIONS',
    bounds: [1, 1_000_000],
    zh: '文档的操作数，其中只执行一个。',
    en: 'Operations of a document, one of which is executed.',
  },
  maxVariableDepth: {
    variable: 'MAX_VARIABLE_DEPTH',
    bounds: [1, 150],
    zh: '变量中列表与对象的嵌套层数。',
    en: 'Levels of lists and objects in a variable.',
  },
  maxListLength: {
    variable: 'MAX_LIST_LENGTH',
    bounds: [1, 10_000_000],
    zh: '变量中一个列表的项数。',
    en: 'Entries of one list in a variable.',
  },
  maxVariableValues: {
    variable: 'MAX_VARIABLE_VALUES',
    bounds: [1, 10_000_000],
    zh: '全部变量中列表与对象的项数之和。',
    en: 'Entries of all lists and objects of the variables together.',
  },
  maxRepresentations: {
    variable: 'MAX_REPRESENTATIONS',
    bounds: [1, 1_000_000],
    zh: '一个操作中全部 `_entities` 的实体数之和。',
    en: 'Entities of all `_entities` fields of an operation together.',
  },
  maxCost: {
    variable: 'MAX_COST',
    bounds: [0, 2_000_000_000],
    zh: '操作的预估代价；0 表示不限。',
    en: 'Estimated cost of an operation; 0 for no limit.',
  },
  assumedListSize: {
    variable: 'ASSUMED_LIST_SIZE',
    bounds: [0, 1_000_000],
    zh: '估计代价时，模式未说明长度的列表按多少项计。',
    en: 'Entries that the estimate assumes for a list whose length the schema does not state.',
  },
};

export const introspectionSettings = {
  hasIntrospection: setting('INTROSPECTION', onOrOff('on'), {
    zh: '是否答复模式自省；模式不公开时设为 `off`。',
    en: 'Whether introspection is answered; `off` where the schema is not public.',
  }),
};

export type LimitSettings = Readonly<Record<Limit, Setting<number>>>;

export const limitSettings = (defaults: OperationLimits): LimitSettings =>
  Object.fromEntries(
    Object.entries(limitVariables).map(([limit, { variable, bounds, earlier, zh, en }]) => [
      limit,
      setting(variable, wholeNumber(defaults[limit as Limit], bounds), { zh, en }, earlier),
    ]),
  ) as LimitSettings;

export const readLimits = (
  environment: Environment,
  settings: LimitSettings,
  prefix = '',
): OperationLimits => ({
  ...environment.read(settings, prefix),
  ...environment.read(introspectionSettings),
});
