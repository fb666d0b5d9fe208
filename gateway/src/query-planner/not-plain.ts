/** Thrown for an operation that only Apollo's planner plans. */
export class NotPlain extends Error {}
