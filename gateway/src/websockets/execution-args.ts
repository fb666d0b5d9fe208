// What graphql-ws is given of an operation: it asks no more of the document than which kind it is, and runs what is run.
import { type DocumentNode, type ExecutionArgs, type GraphQLSchema, Kind, OperationTypeNode } from 'graphql';
import type { OperationResult } from 'graphql-ws';

const documentOf = (operation: OperationTypeNode): DocumentNode => ({
  kind: Kind.DOCUMENT,
  definitions: [
    {
      kind: Kind.OPERATION_DEFINITION,
      operation,
      selectionSet: { kind: Kind.SELECTION_SET, selections: [] },
    },
  ],
});

const documents = {
  query: documentOf(OperationTypeNode.QUERY),
  subscription: documentOf(OperationTypeNode.SUBSCRIPTION),
};

export const executionArgs = (
  schema: GraphQLSchema,
  kind: keyof typeof documents,
  run: () => unknown,
): ExecutionArgs => ({ schema, document: documents[kind], contextValue: run });

export const runOperation = ({ contextValue }: ExecutionArgs) => (contextValue as () => OperationResult)();
