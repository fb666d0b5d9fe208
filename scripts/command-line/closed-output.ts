// Imported for what it does: whoever reads the output of a command may have had enough of it, as `head` has. What is left of it goes
// nowhere then, and the work is done all the same.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
