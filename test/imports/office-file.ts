// A spreadsheet as a bureau makes it, and how it is imported.

export interface OfficeFile {
  /** Its number, what is special about it, and its extension. */
  name: string;
  /** The import that it is sent to. */
  import: string;
  options?: { ignoreUnknown?: boolean; sheet?: string; skipBad?: boolean };
  make: () => Promise<Buffer>;
}
