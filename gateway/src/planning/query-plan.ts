// The query plan as the executor reads it: plain data, sent from the planner's thread.

export type PlanNode = SequenceNode | ParallelNode | FetchNode;

interface SequenceNode {
  kind: 'Sequence';
  nodes: PlanNode[];
}

interface ParallelNode {
  kind: 'Parallel';
  nodes: PlanNode[];
}

export interface FetchNode {
  kind: 'Fetch';
  subgraph: string;
  /** Where in the answer the objects are to which this fetch adds: response names, '@' for the elements of a list. */
  path: string[];
  /** The text of the subgraph's operation, without a name. */
  operation: string;
  isMutation: boolean;
  /** The operation's variables that the subgraph is given. */
  variables: string[];
  /** What of each object the subgraph is told, or null for a fetch of root fields. */
  requires: Requirement[] | null;
  /** What can be asked about an object of which no more is known than its key; null where that is all or nothing. */
  byKeyAlone: Pick<FetchNode, 'operation' | 'variables' | 'requires'> | null;
  inputRewrites: Rewrite[];
  outputRewrites: Rewrite[];
}

export type Requirement = RequiredField | RequiredFragment;

interface RequiredField {
  kind: 'Field';
  /** The response name in the answer so far. */
  from: string;
  /** The field's name in the representation. */
  to: string;
  selections: Requirement[] | null;
}

interface RequiredFragment {
  kind: 'Fragment';
  type: string | null;
  selections: Requirement[];
}

/** A change of a representation or of received data at a path of names and `... on Type`. */
export type Rewrite =
  | { kind: 'Set'; path: string[]; value: unknown }
  | { kind: 'Rename'; path: string[]; to: string };

/** What is planned for one operation. */
export interface QueryPlan {
  node: PlanNode | null;
}
