// The operations of one socket: its client names them by ids that it may use again once they are over.

export interface SocketOperation {
  /** What its client calls it. */
  id: string;
  /** What no other operation of the socket is or was called. */
  key: string;
  /** The message that began it. */
  text: string;
  /** Gives back its place among those in work. */
  leave: () => void;
}

export class SocketOperations {
  #current = new Map<string, SocketOperation>();
  #begun = 0;

  /** Null where the client has one of that id. */
  start(id: string, text: string): SocketOperation | null {
    if (this.#current.has(id)) return null;
    this.#begun += 1;
    const operation = { id, key: String(this.#begun), text, leave: () => {} };
    this.#current.set(id, operation);
    return operation;
  }

  /** Whether its client waits for it: no longer once it was completed, even if another has its id. */
  isCurrent(operation: SocketOperation): boolean {
    return this.#current.get(operation.id) === operation;
  }

  /** The one that the client completes: its id is free at once. */
  complete(id: string): SocketOperation | undefined {
    const operation = this.#current.get(id);
    this.#current.delete(id);
    return operation;
  }

  end(operation: SocketOperation): void {
    if (this.isCurrent(operation)) this.#current.delete(operation.id);
  }

  /** The socket is gone. */
  clear(): void {
    this.#current.clear();
  }
}
