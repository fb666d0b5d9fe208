// A fair queue of the messages that sockets receive: one message of each client in turn, with HTTP requests served in between.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { oldest, RoundRobinQueue, unlimited } from '@district-graph/kit/admission/round-robin-queue';
import type { WebSocket } from 'ws';

/** How long messages, and what they trigger at once, may block the event loop in one turn. */
const turnMs = 5;
/** Operations of one socket that may be unanswered before its next messages wait; a subscription counts until it is subscribed. */
const maxUnanswered = 16;
/** Messages of one socket, and their bytes, that may wait before the socket is paused. */
const maxWaiting = 16;
const maxWaitingBytes = 65_536;
/** Messages that may already have been read from a socket when it is paused. */
const maxRead = 1000;
/** Frames that are still read from a closing socket: its client's close frame may follow them. */
const maxLateFrames = 100;

export class MessageQueue {
  #turnMs: number;
  /** The inboxes that have a message to handle, each once. */
  #ready = new RoundRobinQueue<Inbox, Inbox[]>(unlimited, () => []);
  #isRunning = false;

  constructor(turn = turnMs) {
    this.#turnMs = turn;
  }

  /** Queues the inbox for its client's turn if it has a message that may be handled. */
  add(inbox: Inbox): void {
    if (!inbox.isReady || inbox.isQueued) return;
    inbox.isQueued = true;
    this.#ready.add(inbox.client, inbox);
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#ready.size > 0) {
      await nextTurn();
      const end = performance.now() + this.#turnMs;
      do {
        this.#handleNext();
        await settledPromisesRun();
      } while (this.#ready.size > 0 && performance.now() < end);
    }
    this.#isRunning = false;
  }

  #handleNext(): void {
    const inbox = this.#ready.take(oldest);
    if (!inbox) return;
    inbox.isQueued = false;
    inbox.handleNext();
    this.add(inbox);
  }
}

/** Resolves once everything that waits for promises already settled has run. */
const settledPromisesRun = () => new Promise<void>((resolve) => process.nextTick(resolve));

type PausableSocket = Pick<WebSocket, 'readyState' | 'OPEN' | 'pause' | 'resume' | 'isPaused'>;

export interface InboxOptions {
  queue: MessageQueue;
  /** The key of the client whose turn its messages wait for. */
  client: string;
  socket: PausableSocket;
  handle: (message: Buffer) => void;
  onTooMany: () => void;
}

/** The messages of one socket that wait for their client's turn. */
export class Inbox {
  client: string;
  /** Whether it is in the queue. */
  isQueued = false;
  #queue: MessageQueue;
  #socket: PausableSocket;
  #handle: (message: Buffer) => void;
  #onTooMany: () => void;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #unanswered = new Set<unknown>();
  #lateFrames = 0;

  constructor({ queue, client, socket, handle, onTooMany }: InboxOptions) {
    this.#queue = queue;
    this.client = client;
    this.#socket = socket;
    this.#handle = handle;
    this.#onTooMany = onTooMany;
  }

  get isReady(): boolean {
    return this.#waiting.length > 0 && this.#unanswered.size <= maxUnanswered;
  }

  add(message: Buffer): void {
    if (!this.countFrame()) return;
    this.#waiting.push(message);
    this.#waitingBytes += message.length;
    if (this.#waiting.length > maxRead) this.#onTooMany();
    else this.#queue.add(this);
    this.#pauseOrResume();
  }

  /** Handles the next message. Messages of a closing socket are dropped. */
  handleNext(): void {
    if (this.#socket.readyState !== this.#socket.OPEN) this.#drop();
    const message = this.isReady ? this.#waiting.shift() : undefined;
    if (message) {
      this.#waitingBytes -= message.length;
      this.#handle(message);
    }
    this.#pauseOrResume();
  }

  /** Messages wait while too many operations of the socket are unanswered. */
  startOperation(operation: unknown): void {
    this.#unanswered.add(operation);
  }

  endOperation(operation: unknown): void {
    if (this.#unanswered.delete(operation)) this.#queue.add(this);
  }

  /** Counts a received frame; false when the socket is closing. A socket that keeps sending then is paused. */
  countFrame(): boolean {
    if (this.#socket.readyState === this.#socket.OPEN) return true;
    this.#drop();
    this.#lateFrames += 1;
    if (this.#lateFrames > maxLateFrames) this.#socket.pause();
    return false;
  }

  #drop(): void {
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  #pauseOrResume(): void {
    const { readyState, OPEN, isPaused } = this.#socket;
    if (readyState !== OPEN) return;
    if (this.#waiting.length > maxWaiting || this.#waitingBytes > maxWaitingBytes) this.#socket.pause();
    else if (isPaused) this.#socket.resume();
  }
}
