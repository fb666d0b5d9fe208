// The query plan in the form that is executed: plain data, which the planner's thread sends.

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
  /** The path of the objects that this fetch adds to: merged names, '@' for the entries of a list. */
  path: string[];
  /** The text of the subgraph's operation, without a name. */
  operation: string;
  isMutation: boolean;
  /** The client's variables that the operation uses. */
  variables: string[];
  /** The fields of each entity's representation; null for a fetch of root fields. */
  requires: Requirement[] | null;
  /** The part of the fetch that needs nothing but the key, for objects without the other required fields; null where there is no such part. */
  keyOnly: Pick<FetchNode, 'operation' | 'variables' | 'requires'> | null;
  inputRewrites: Rewrite[];
  outputRewrites: Rewrite[];
}

export type Requirement = RequiredField | RequiredFragment;

interface RequiredField {
  kind: 'Field';
  /** The name in the merged result. */
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

/** Changes a representation, or the data of a response, at a path of names and `... on Type`. */
export type Rewrite =
  | { kind: 'Set'; path: string[]; value: unknown }
  | { kind: 'Rename'; path: string[]; to: string };

/** The plan of one operation; without a node if it selects nothing of any subgraph. */
export interface QueryPlan {
  node: PlanNode | null;
  planner: PlannerName;
  /** How long planning took, without waiting in a queue. Some systems count processor time in steps of 4 ms. */
  planningMs: number;
}

export type PlannerName = 'own' | 'apollo';

/** How many times as long as its operation a plan is that takes about as much memory. */
const ordinaryLength = 4;

/** What a plan counts in a cache, in characters of an operation. */
export const sizeOfPlan = ({ node }: QueryPlan): number => Math.ceil(lengthOf(node) / ordinaryLength);

/** The length of the operations of all fetches. */
function lengthOf(node: PlanNode | null): number {
  if (!node) return 0;
  return node.kind === 'Fetch'
    ? node.operation.length
    : node.nodes.reduce((sum, each) => sum + lengthOf(each), 0);
}
