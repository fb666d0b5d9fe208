// What is announced to screen readers: at most one text in some seconds, with what happened since the last, the most urgent first.
import type { IncidentRow } from './operations.ts';

interface AnnouncerOptions {
  everyMs: number;
  /** The text for incidents that were raised; `first` is the most urgent of them. */
  textOf: (count: number, first: IncidentRow) => string;
  announce: (text: string) => void;
}

export class Announcer {
  #options: AnnouncerOptions;
  #raised: IncidentRow[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  raised(row: IncidentRow): void {
    this.#raised.push(row);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const [first, ...others] = this.#raised.splice(0).sort((left, right) => left.severity - right.severity);
      if (first) this.#options.announce(this.#options.textOf(others.length + 1, first));
    }, this.#options.everyMs);
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
