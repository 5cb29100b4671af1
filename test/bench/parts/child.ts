import { fork } from 'node:child_process';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

/** What a process of a benchmark can be asked; every answer crosses as JSON. */
export type Answers = Readonly<Record<string, (argument: never) => unknown>>;

/** A process of its own: what is measured shares its loop with nothing that measures. */
export interface Child<Asked extends Answers> {
  ask<Name extends keyof Asked & string>(
    name: Name,
    ...argument: Parameters<Asked[Name]>
  ): Promise<Awaited<ReturnType<Asked[Name]>>>;
  end(): Promise<void>;
}

interface Question {
  readonly no: number;
  readonly name: string;
  readonly argument: unknown;
}
type Answer = { readonly no: number; readonly value: unknown } | { readonly no: number; readonly error: string };

/** @param file beside this one, one that calls `answer` with the very answers that are expected of it. */
export function startChild<Asked extends Answers>(file: URL): Child<Asked> {
  const child = fork(fileURLToPath(file), {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let last = 0;
  child.on('message', (message: Answer) => {
    const asked = waiting.get(message.no);
    waiting.delete(message.no);
    if ('error' in message) asked?.reject(new Error(message.error));
    else asked?.resolve(message.value as never);
  });
  const exited = once(child, 'exit').then(() => {
    for (const { reject } of waiting.values()) reject(new Error(`${file.pathname} has ended`));
  });
  return {
    ask(name, argument) {
      last += 1;
      const question: Question = { no: last, name, argument };
      return new Promise((resolve, reject) => {
        waiting.set(question.no, { resolve, reject });
        child.send(question);
      });
    },
    async end() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Answers the parent's questions for as long as the parent lives. */
export function answer(answers: Answers): void {
  process.on('message', async ({ no, name, argument }: Question) => {
    let reply: Answer;
    try {
      const asked = answers[name];
      if (asked === undefined) throw new Error(`nobody answers ${name}`);
      reply = { no, value: await asked(argument as never) };
    } catch (error) {
      reply = { no, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
    process.send?.(reply);
  });
  process.on('disconnect', () => process.exit());
}

/** What a process has used so far. */
export interface Usage {
  /** Time on a core, all threads, µs. */
  readonly cpuUs: number;
  /** The part of it that the event loop's own thread has used, µs. */
  readonly mainUs: number;
  /** After a collection, where one was asked for. */
  readonly rssBytes: number;
  readonly heldBytes: number;
  /** 99th percentile of the event loop's delay since the last question, ms. */
  readonly loopP99Ms: number;
}

const loop = monitorEventLoopDelay({ resolution: 5 });

/** @param isExact collects garbage first. */
export function usage(isExact: boolean): Usage {
  loop.enable();
  if (isExact) globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const main = process.threadCpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  const loopP99Ms = loop.percentile(99) / 1e6;
  loop.reset();
  return {
    cpuUs: user + system,
    mainUs: main.user + main.system,
    rssBytes: rss,
    heldBytes: heapUsed + external,
    loopP99Ms,
  };
}
