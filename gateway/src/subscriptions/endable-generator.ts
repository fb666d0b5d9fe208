// An async generator that can be ended while it waits: one written with `yield` alone ends only at its next value.
export abstract class EndableGenerator<Value> implements AsyncGenerator<Value, undefined> {
  abstract next(): Promise<IteratorResult<Value, undefined>>;

  /** Ends it at once. */
  abstract return(): Promise<IteratorResult<Value, undefined>>;

  async throw(error: unknown): Promise<IteratorResult<Value, undefined>> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
