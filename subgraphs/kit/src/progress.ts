// Shows the progress of long work on standard error.

/** Called with the rows done and their share of the whole, and once more with `finished`. */
export type Progress = (done: number, share: number, finished?: boolean) => void;

/** A progress bar on a terminal. Elsewhere one line at the end, if the work took more than a second. */
export function showProgress(label: string): Progress {
  const started = Date.now();
  let shown = 0;
  return (done, share, finished = false) => {
    const seconds = (Date.now() - started) / 1000;
    if (!finished && (!process.stderr.isTTY || Date.now() - shown < 200)) return;
    if (finished && seconds < 1) return;
    shown = Date.now();
    const bar = '█'.repeat(Math.round(Math.min(1, share) * 20)).padEnd(20, '░');
    const line = `${label} ${bar} ${done.toLocaleString('en')} 行 rows, ${Math.round(done / Math.max(seconds, 0.001)).toLocaleString('en')}/s`;
    process.stderr.write(process.stderr.isTTY ? `\r${line}${finished ? '\n' : ''}` : `${line}\n`);
  };
}
