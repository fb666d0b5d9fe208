// What an operation may ask for: one set of limits, for gateway and subgraphs, and how they are set.

export interface OperationLimits {
  /** Tokens of a document: what parsing costs. */
  maxTokens: number;
  /** Characters of a name or an alias: each stands in the answer as often as what it names. */
  maxNameLength: number;
  /** Fields inside one another. */
  maxDepth: number;
  /** Selections once all fragments are written out. */
  maxSelections: number;
  /** Fields with an alias, likewise: the same work can be asked for as often as there are names. */
  maxAliases: number;
  /** Fields of the operation itself, likewise. */
  maxRootFields: number;
  /** Directives, likewise. */
  maxDirectives: number;
  /** Directives in one place. */
  maxDirectivesInPlace: number;
  maxFragments: number;
  /** Operations of a document, of which one is run. */
  maxDocumentOperations: number;
  /** Lists and objects inside one another in a variable. */
  maxVariableDepth: number;
  /** Entries of one list in a variable. */
  maxListLength: number;
  /** Entries of all lists and objects of the variables together. */
  maxVariableValues: number;
  /** Representations of all `_entities` of an operation. */
  maxRepresentations: number;
  /** What an operation may cost by estimate; 0 for any. */
  maxCost: number;
  /** Entries of a list of which the schema does not say how many it has. */
  assumedListSize: number;
  /** Whether clients may ask for the schema. */
  hasIntrospection: boolean;
}

/** For clients. The operations in test/operations have at most 10 levels, 84 selections and 4 aliases; the widest
 * introspection that a playground sends has 15 levels. */
export const clientLimits: OperationLimits = {
  maxTokens: 10_000,
  maxNameLength: 256,
  maxDepth: 20,
  maxSelections: 5000,
  maxAliases: 100,
  maxRootFields: 50,
  maxDirectives: 100,
  maxDirectivesInPlace: 5,
  maxFragments: 100,
  maxDocumentOperations: 100,
  maxVariableDepth: 10,
  maxListLength: 1000,
  maxVariableValues: 10_000,
  maxRepresentations: 1000,
  maxCost: 50_000,
  assumedListSize: 10,
  hasIntrospection: true,
};

/** For subgraphs: whatever a gateway makes of an operation within `clientLimits` is within these. */
export const subgraphLimits: OperationLimits = {
  ...clientLimits,
  maxTokens: 50_000,
  maxNameLength: 512,
  maxDepth: 40,
  maxSelections: 20_000,
  maxAliases: 5000,
  maxRootFields: 200,
  maxDirectives: 1000,
  maxDirectivesInPlace: 10,
  maxListLength: 2000,
  maxVariableValues: 100_000,
  maxCost: 200_000,
};

type Limit = Exclude<keyof OperationLimits, 'hasIntrospection'>;

const variables: Record<Limit, [variable: string, min: number, max: number]> = {
  maxTokens: ['MAX_TOKENS', 1, 10_000_000],
  maxNameLength: ['MAX_NAME_LENGTH', 1, 1_000_000],
  maxDepth: ['MAX_DEPTH', 1, 150],
  maxSelections: ['MAX_SELECTIONS', 1, 10_000_000],
  maxAliases: ['MAX_ALIASES', 0, 1_000_000],
  maxRootFields: ['MAX_ROOT_FIELDS', 1, 1_000_000],
  maxDirectives: ['MAX_DIRECTIVES', 0, 1_000_000],
  maxDirectivesInPlace: ['MAX_DIRECTIVES_IN_PLACE', 0, 1000],
  maxFragments: ['MAX_FRAGMENTS', 0, 1_000_000],
  maxDocumentOperations: ['MAX_DOCUMENT_OPERATIONS', 1, 1_000_000],
  maxVariableDepth: ['MAX_VARIABLE_DEPTH', 1, 150],
  maxListLength: ['MAX_LIST_LENGTH', 1, 10_000_000],
  maxVariableValues: ['MAX_VARIABLE_VALUES', 1, 10_000_000],
  maxRepresentations: ['MAX_REPRESENTATIONS', 1, 1_000_000],
  maxCost: ['MAX_COST', 0, 2_000_000_000],
  assumedListSize: ['ASSUMED_LIST_SIZE', 0, 1_000_000],
};

/** Reads the limits from the environment by `whole`, each under its name after the prefix. */
export function readLimits(
  whole: (variable: string, fallback: number, min: number, max: number) => number,
  defaults: OperationLimits,
  prefix = '',
): OperationLimits {
  const limits = { ...defaults };
  for (const [limit, [variable, min, max]] of Object.entries(variables) as [
    Limit,
    [string, number, number],
  ][])
    limits[limit] = whole(`${prefix}${variable}`, defaults[limit], min, max);
  return limits;
}
