// The child's end of the channel over which the benchmark asks its own processes.

/** In a child: answers the parent's questions, and ends when the parent is gone. */
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
