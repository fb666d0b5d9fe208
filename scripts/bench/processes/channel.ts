// The child's end of the IPC channel between the benchmark and its processes.

/** In a child process: answers the requests of the parent, and exits when the parent is gone. */
export function answer<Question>(reply: (question: Question) => Promise<unknown>): void {
  process.on('message', ({ id, question }: { id: number; question: Question }) => {
    reply(question).then(
      (value) => process.send?.({ id, value }),
      (error: unknown) =>
        process.send?.({
          id,
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        }),
    );
  });
  process.on('disconnect', () => process.exit(0));
}
