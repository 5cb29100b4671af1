/** Loaded into the server ahead of its own code: asks it to close when the process that started it is gone. */
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// Listening alone would keep an otherwise finished server alive.
process.channel?.unref();
