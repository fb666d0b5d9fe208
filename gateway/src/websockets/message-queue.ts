// A fair queue of the messages that sockets have received: one of each client in turn, and between turns requests over HTTP.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { WebSocket } from 'ws';

/** How long messages may keep the thread in one turn of the event loop, with all that they set off at once. */
const turnMs = 5;
/** Operations of one socket that have begun and are not answered; a subscription counts until it listens. */
const maxBegun = 16;
/** Messages of one socket, and their bytes, that may wait before it is read no further. */
const maxWaiting = 16;
const maxWaitingBytes = 65_536;
/** What was read of it by then may hold more of them. */
const maxRead = 1000;
/** Frames that are still read of a socket that was told to go: behind them its client's close frame may come. */
const maxLate = 100;

export class MessageQueue {
  #turnMs: number;
  /** Of each client those that have a message to handle; first whose turn is next. */
  #ready = new Map<string, Set<Inbox>>();
  #isRunning = false;

  constructor(turn = turnMs) {
    this.#turnMs = turn;
  }

  /** Has a message of the inbox handled in the turn of its client, if there is one that may be. */
  add(inbox: Inbox): void {
    if (!inbox.isReady) return;
    const ofClient = this.#ready.get(inbox.client) ?? new Set();
    this.#ready.set(inbox.client, ofClient.add(inbox));
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#ready.size > 0) {
      await nextTurn();
      const end = performance.now() + this.#turnMs;
      do {
        this.#handleNext();
        await promisesAreDone();
      } while (this.#ready.size > 0 && performance.now() < end);
    }
    this.#isRunning = false;
  }

  #handleNext(): void {
    for (const [client, ofClient] of this.#ready)
      for (const inbox of ofClient) {
        this.#ready.delete(client);
        ofClient.delete(inbox);
        if (ofClient.size > 0) this.#ready.set(client, ofClient);
        inbox.handleNext();
        this.add(inbox);
        return;
      }
  }
}

/** Resolves when the promises that are settled by now have run all that waited for them. */
const promisesAreDone = () => new Promise<void>((resolve) => process.nextTick(resolve));

type Readable = Pick<WebSocket, 'readyState' | 'OPEN' | 'pause' | 'resume' | 'isPaused'>;

/** The messages of one socket that wait for their turn. */
export class Inbox {
  /** Whose turn it waits for. */
  client: string;
  #queue: MessageQueue;
  #socket: Readable;
  #handle: (message: Buffer) => void;
  #onTooMany: () => void;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #begun = new Set<unknown>();
  #late = 0;

  constructor(
    queue: MessageQueue,
    client: string,
    socket: Readable,
    handle: (message: Buffer) => void,
    onTooMany: () => void,
  ) {
    this.#queue = queue;
    this.client = client;
    this.#socket = socket;
    this.#handle = handle;
    this.#onTooMany = onTooMany;
  }

  get isReady(): boolean {
    return this.#waiting.length > 0 && this.#begun.size <= maxBegun;
  }

  add(message: Buffer): void {
    if (!this.countFrame()) return;
    this.#waiting.push(message);
    this.#waitingBytes += message.length;
    if (this.#waiting.length > maxRead) this.#onTooMany();
    else this.#queue.add(this);
    this.#pace();
  }

  /** Handles the message whose turn it is; those of a socket that was told to go are dropped unread. */
  handleNext(): void {
    if (this.#socket.readyState !== this.#socket.OPEN) this.#drop();
    const message = this.isReady ? this.#waiting.shift() : undefined;
    if (message) {
      this.#waitingBytes -= message.length;
      this.#handle(message);
    }
    this.#pace();
  }

  /** An operation has begun: of many that are not answered, the messages behind them wait. */
  startOperation(operation: unknown): void {
    this.#begun.add(operation);
  }

  endOperation(operation: unknown): void {
    if (this.#begun.delete(operation)) this.#queue.add(this);
  }

  /** Counts a frame that came; false where the socket was told to go. Of one that is sent on and on no more is read. */
  countFrame(): boolean {
    if (this.#socket.readyState === this.#socket.OPEN) return true;
    this.#drop();
    this.#late += 1;
    if (this.#late > maxLate) this.#socket.pause();
    return false;
  }

  #drop(): void {
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  #pace(): void {
    const { readyState, OPEN, isPaused } = this.#socket;
    if (readyState !== OPEN) return;
    if (this.#waiting.length > maxWaiting || this.#waitingBytes > maxWaitingBytes) this.#socket.pause();
    else if (isPaused) this.#socket.resume();
  }
}
