// What an operation may ask for: one set of limits, for gateway and subgraphs, and their defaults.

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
