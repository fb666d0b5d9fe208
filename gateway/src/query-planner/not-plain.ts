/** Thrown for an operation that only Apollo's planner plans. */
export class NotPlain extends Error {}

/** Thrown where a fetch would select two fields of one name whose types are in conflict. */
export class TypeConflict extends NotPlain {}
