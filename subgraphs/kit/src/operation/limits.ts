// The limits of an operation for the gateway and the subgraphs, and their defaults.

export interface OperationLimits {
  /** Tokens of a document, which determine the cost of parsing. */
  maxTokens: number;
  /** Characters of a name or an alias, which is repeated in the answer for each object. */
  maxNameLength: number;
  /** Nested fields. */
  maxDepth: number;
  /** Selections after fragments are expanded. */
  maxSelections: number;
  /** Fields with an alias, likewise: aliases repeat the same work in one operation. */
  maxAliases: number;
  /** Root fields, likewise. */
  maxRootFields: number;
  /** Directives, likewise. */
  maxDirectives: number;
  /** Directives at one location. */
  maxDirectivesInPlace: number;
  maxFragments: number;
  /** Operations in a document, one of which is executed. */
  maxDocumentOperations: number;
  /** Nested lists and objects in a variable. */
  maxVariableDepth: number;
  /** Entries of one list in a variable. */
  maxListLength: number;
  /** Entries of all lists and objects in the variables together. */
  maxVariableValues: number;
  /** Representations of all `_entities` fields of an operation. */
  maxRepresentations: number;
  /** The estimated cost of an operation; 0 for no limit. */
  maxCost: number;
  /** The length of a list for which the schema declares none. */
  assumedListSize: number;
  /** Whether clients may introspect the schema. */
  hasIntrospection: boolean;
}

/**
 * For clients. The operations in test/operations have at most 10 levels, 84 selections and 4 aliases. The deepest introspection
 * query that a playground sends has 15 levels.
 */
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

/** For subgraphs. Every fetch that a gateway makes for an operation within `clientLimits` is within these limits. */
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
