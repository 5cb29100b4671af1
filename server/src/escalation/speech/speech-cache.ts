import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Finished sound by the hash of everything that makes it. */
export interface SpeechCache {
  /** @returns the path of the file, or null when it has to be made. */
  find(hash: string): Promise<string | null>;
  /** Whole or not at all. @returns the path of the file. */
  keep(hash: string, file: Buffer): Promise<string>;
}

/**
 * A folder that holds the newest `mostBytes` of sound. What was found or kept last goes last, so that a line has time to
 * read the file; files under other names are left alone.
 */
export function createSpeechCache(folder: string, mostBytes: number): SpeechCache {
  /** Sizes by hash, the longest unused first. */
  const sizes = new Map<string, number>();
  let opened: Promise<void> | null = null;
  let writes = 0;
  const pathOf = (hash: string): string => join(folder, `${hash}.wav`);

  const open = (): Promise<void> => {
    opened ??= load(folder, sizes).catch((error: unknown) => {
      opened = null;
      throw error;
    });
    return opened;
  };
  const use = (hash: string, size: number): void => {
    sizes.delete(hash);
    sizes.set(hash, size);
  };
  const makeRoom = async (): Promise<void> => {
    let bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    for (const [hash, size] of sizes) {
      if (bytes <= mostBytes || sizes.size === 1) return;
      sizes.delete(hash);
      bytes -= size;
      await rm(pathOf(hash), { force: true });
    }
  };

  return {
    async find(hash) {
      await open();
      const size = sizes.get(hash);
      if (size === undefined) return null;
      const found = await stat(pathOf(hash)).catch(() => null);
      if (found?.size !== size) {
        sizes.delete(hash);
        return null;
      }
      use(hash, size);
      return pathOf(hash);
    },
    async keep(hash, file) {
      await open();
      writes += 1;
      const unfinished = join(folder, `${hash}.${writes}${UNFINISHED}`);
      await writeFile(unfinished, file);
      await rename(unfinished, pathOf(hash));
      use(hash, file.length);
      await makeRoom();
      return pathOf(hash);
    },
  };
}

const UNFINISHED = '.part';
const KEPT = /^([0-9a-f]{64})\.wav$/;

async function load(folder: string, sizes: Map<string, number>): Promise<void> {
  await mkdir(folder, { recursive: true });
  const names = await readdir(folder);
  for (const name of names) if (name.endsWith(UNFINISHED)) await rm(join(folder, name), { force: true });
  const kept = await Promise.all(
    names.flatMap((name) => {
      const hash = KEPT.exec(name)?.[1];
      return hash === undefined ? [] : [stat(join(folder, name)).then((found) => ({ hash, ...sized(found) }))];
    }),
  );
  for (const { hash, size } of kept.sort((a, b) => a.usedAtMs - b.usedAtMs)) sizes.set(hash, size);
}

function sized({ size, mtimeMs }: { readonly size: number; readonly mtimeMs: number }) {
  return { size, usedAtMs: mtimeMs };
}
