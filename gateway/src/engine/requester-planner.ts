// How prepared operations are planned: by the planner of their engine, on behalf of one requester.
import type { OperationToPlan, PlannableOperation } from '../planning/operation-to-plan.ts';
import type { QueryPlan } from '../query-planner/query-plan.ts';

/** A client's operation as a whole. */
interface WholeOperation {
  query: string;
  operationName: string | null;
  /** After fragments are expanded. */
  selections: number;
}

/** Plans operations on behalf of one requester. Large ones are written in a thread, from the text of the whole operation. */
export interface RequesterPlanner {
  write: (
    operation: OperationToPlan,
    whole: WholeOperation,
  ) => PlannableOperation | Promise<PlannableOperation>;
  plan: (operation: PlannableOperation) => Promise<QueryPlan>;
  /** Charges the requester for the processor time of the work. */
  charged: <T>(work: () => T) => T;
  /** Records that the plan of a text is run again. */
  use: (text: string) => void;
}
