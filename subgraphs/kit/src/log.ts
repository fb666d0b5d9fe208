// One JSON line per event on standard output; values are never personal data or secrets.
export type Log = (event: Record<string, unknown>) => void;

/** A log that names the process in every line. */
export function createLog(name: string): Log {
  return (event) => {
    process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), name, ...event })}\n`);
  };
}
