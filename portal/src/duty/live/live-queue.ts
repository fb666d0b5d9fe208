// The queue kept up to date by the subscription: read once, changed by each event, and read again only after events that the graph no longer has.
import type { Client, GraphError, SubscriptionState } from '@district-graph/client';
import { computed, signal } from '@preact/signals';
import { type IncidentRow, incidentChanged, incidentsDocument } from './operations.ts';
import { argumentsOf, inOrder, isOpen, isShown, merged, type QueueView } from './queue.ts';

const pageSize = 50;
const readWithoutStreamMs = 3000;

interface LiveQueueOptions {
  client: Client;
  view: QueueView;
  /** Called for each event that was applied; `isNew` for an incident that was just raised. */
  onChange?: (row: IncidentRow, isNew: boolean) => void;
}

export class LiveQueue {
  readonly rows = signal<readonly IncidentRow[]>([]);
  /** Whether the queue was read; until then there is nothing to show. */
  readonly isRead = signal(false);
  readonly hasMore = signal(false);
  readonly connection = signal<SubscriptionState['status']>('connecting');
  /** While paused, changes wait and the queue stays as it is. */
  readonly isPaused = signal(false);
  /** The number of changes that wait. */
  readonly waiting = computed(() => this.#waiting.value + this.#behind.value);
  /** When the last change arrived, in milliseconds since 1970. */
  readonly lastChangeAt = signal<number | null>(null);
  /** Why the queue could not be read, or is not kept up to date any more. */
  readonly failure = signal<GraphError | null>(null);

  #options: LiveQueueOptions;
  #closing = new AbortController();
  #waiting = signal(0);
  #behind = signal(0);
  #pending: IncidentRow[] = [];
  /** Incidents that were raised later than this, and were not in the list, are new once. Instants are in whole seconds. */
  #knownUntilMs = 0;
  #seen = new Set<string>();
  #cursor: string | null = null;
  #reading: Promise<void> | null = null;

  constructor(options: LiveQueueOptions) {
    this.#options = options;
  }

  /** Subscribes first and reads then, so that no change falls between the two. Resolves when the queue is closed. */
  async run(): Promise<void> {
    const { client, view } = this.#options;
    const { signal } = this.#closing;
    let isPositioned = false;
    // Where the stream does not open, the list alone is better than nothing.
    const late = setTimeout(() => void this.read(), readWithoutStreamMs);
    const events = client.subscribe(
      incidentChanged,
      { within: view.within },
      {
        onState: ({ status, waiting }) => {
          this.#behind.value = waiting;
          this.connection.value = status;
          if (status !== 'live' || isPositioned) return;
          isPositioned = true;
          clearTimeout(late);
          // What is being read may be older than the position of the stream.
          void (this.#reading ?? Promise.resolve()).then(() => this.read());
        },
        onGap: () => this.read(),
      },
    );
    signal.addEventListener('abort', () => events.close(), { once: true });
    try {
      for await (const { data } of events) {
        // Null where the record could not be read, such as while its subgraph is away: it comes again after that.
        if (data) this.#pending.push(data.incidentChanged);
        this.lastChangeAt.value = Date.now();
        this.#apply();
      }
    } catch (error) {
      this.failure.value = error as GraphError;
    } finally {
      clearTimeout(late);
    }
  }

  /** Whether it shows what the view selects. */
  isOf({ within, shows, severity }: QueueView): boolean {
    const { view } = this.#options;
    return view.within === within && view.shows === shows && view.severity === severity;
  }

  close(): void {
    this.#closing.abort();
  }

  pause(isPaused: boolean): void {
    this.isPaused.value = isPaused;
    this.#apply();
  }

  /** Reads the first page. Changes that arrive meanwhile are applied to it. */
  read(): Promise<void> {
    this.#reading ??= this.#readPage(null).finally(() => {
      this.#reading = null;
      this.#apply();
    });
    return this.#reading;
  }

  /** Reads the next, older page. */
  readMore(): Promise<void> {
    if (!this.#cursor) return Promise.resolve();
    this.#reading ??= this.#readPage(this.#cursor).finally(() => {
      this.#reading = null;
      this.#apply();
    });
    return this.#reading;
  }

  /** Merges what a mutation returned, which also arrives as an event. */
  merge(row: IncidentRow): void {
    this.rows.value = merged(this.rows.value, row, this.#options.view);
  }

  async #readPage(after: string | null): Promise<void> {
    const { client, view } = this.#options;
    try {
      const { data } = await client.query(
        incidentsDocument,
        { ...argumentsOf(view), first: pageSize, after },
        { signal: this.#closing.signal },
      );
      const { nodes = [], pageInfo } = data.incidents ?? {};
      for (const { id } of nodes) this.#seen.add(id);
      const known = after ? this.rows.value : [];
      // A page that was read later is newer.
      this.rows.value = inOrder(new Map([...known, ...nodes].map((row) => [row.id, row])).values());
      this.#cursor = pageInfo?.endCursor ?? null;
      this.hasMore.value = pageInfo?.hasNextPage ?? false;
      if (!this.isRead.value) this.#knownUntilMs = Date.parse(this.rows.value[0]?.raisedAt ?? '1970-01-01');
      this.isRead.value = true;
      this.failure.value = null;
    } catch (error) {
      if (!this.#closing.signal.aborted) this.failure.value = error as GraphError;
    }
  }

  #apply(): void {
    if (this.isRead.value && !this.isPaused.value && !this.#reading) {
      const { view, onChange } = this.#options;
      for (const row of this.#pending.splice(0)) {
        const isLater = Date.parse(row.raisedAt) >= this.#knownUntilMs;
        const isNew = isLater && isOpen(row) && isShown(row, view) && !this.#seen.has(row.id);
        this.#seen.add(row.id);
        this.rows.value = merged(this.rows.value, row, view);
        onChange?.(row, isNew);
      }
    }
    this.#waiting.value = this.#pending.length;
  }
}
