// The CPU time of processes, from /proc.
import { readdirSync, readFileSync } from 'node:fs';

const clockTicksPerSecond = 100;

/** The CPU milliseconds of a process and of its terminated children. */
export function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const ticks = (fields[11] ?? 0) + (fields[12] ?? 0) + (fields[13] ?? 0) + (fields[14] ?? 0);
  return (ticks * 1000) / clockTicksPerSecond;
}

/** The CPU milliseconds of a PostgreSQL server with all its backends. */
export function cpuOfServer(postmaster: number): number {
  let total = cpuOf(postmaster);
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'latin1');
      if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === postmaster)
        total += cpuOf(Number(entry));
    } catch {
      // The process has exited meanwhile.
    }
  }
  return total;
}
