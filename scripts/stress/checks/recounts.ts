// What is checked of a subgraph's data: the tables with events, statements that find faults, and figures of the overview.
export interface Recorded {
  type: string;
  table: string;
  /** The SQL of the status, when it is not a column. */
  status?: string;
  /** A key in the detail of events that are not about a new version. */
  besides?: string;
}

/** A statement that returns a row for each fault, and the table whose rows it checks. */
export interface Recount {
  check: string;
  of: string;
  faults: string;
}

/** Fields of the overview, and the statement that recounts them. */
export interface OverviewRecount {
  field: (period: string) => string;
  recount: string;
}
