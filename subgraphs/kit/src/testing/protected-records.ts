// What a subgraph provides for the tests of access: one record of each of its protected types.

/** Creates a record by the mutation `action(input:)`, whose result is of the type; resolves with its id. */
export type CreateRecord = (action: string, type: string, input: Record<string, unknown>) => Promise<string>;

/** The export `protectedRecords` of a subgraph's `src/access-record/testing.ts`. */
export interface ProtectedRecords {
  /** The values of the protected fields, by `Type.field`, in every form in which a response could contain them. They occur nowhere else. */
  secrets: Readonly<Record<string, readonly string[]>>;
  /** Creates the records, in a community of the subdistrict 410105007. */
  insert: (create: CreateRecord) => Promise<unknown>;
}
