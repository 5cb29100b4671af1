import { access, constants } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';

/** What a line needs on this machine. */
export interface SipPrograms {
  readonly baresip: string;
  readonly modulesFolder: string;
  /** Ends the program when we are gone, however we went; `null` where the system has no such thing. */
  readonly setpriv: string | null;
}

const FOLDERS = ['/usr/bin', '/usr/local/bin', '/bin'];
/** Debian's first, then where the program's own build puts them. */
const MODULE_FOLDERS = ['/usr/lib/baresip/modules', '/usr/local/lib/baresip/modules', '/usr/lib64/baresip/modules'];
/** Without it the line could not be told anything. */
const NEEDED_MODULE = 'ctrl_tcp.so';

/** @returns `null` when baresip or its modules are not installed. */
export async function findPrograms(baresipPath: string): Promise<SipPrograms | null> {
  const baresip = await firstThatIs(candidates(baresipPath), constants.X_OK);
  const found = await firstThatIs(
    MODULE_FOLDERS.map((folder) => join(folder, NEEDED_MODULE)),
    constants.R_OK,
  );
  if (baresip === null || found === null) return null;
  const modulesFolder = found.slice(0, -NEEDED_MODULE.length - 1);
  return { baresip, modulesFolder, setpriv: await firstThatIs(candidates('setpriv'), constants.X_OK) };
}

function candidates(program: string): readonly string[] {
  return isAbsolute(program) ? [program] : FOLDERS.map((folder) => join(folder, program));
}

async function firstThatIs(paths: readonly string[], mode: number): Promise<string | null> {
  for (const path of paths) {
    const isThere = await access(path, mode).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return null;
}
