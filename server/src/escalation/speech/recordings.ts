import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Language } from '@faultline/shared/escalation/script.ts';
import { resample } from './resample.ts';
import { PHONE_RATE, readWave } from './wave.ts';

/** A stretch of a text: somebody's recording, what a synthesiser has to read, or a breath. */
export type Part =
  | { readonly type: 'recorded'; readonly file: string; readonly version: string }
  | { readonly type: 'read'; readonly text: string }
  | { readonly type: 'pause' };

/**
 * Recorded prompts of a site: `<folder>/<zh|en>/<what is said>.wav`. The name of a file is the words that it says,
 * without regard to case, blanks and punctuation: `无法处理请按2.wav`, `朝阳区.wav`, `7.wav`, `to take it press 1.wav`.
 * Where several fit, the longest is taken; whatever has no recording is read by the synthesiser.
 */
export interface Recordings {
  partsOf(text: string, language: Language): Promise<readonly Part[]>;
}

/** @param folder `null` when the site has none. @throws nothing: a folder that cannot be read has no recordings. */
export function createRecordings(folder: string | null, onFault: (error: unknown) => void): Recordings {
  return {
    async partsOf(text, language) {
      const files = folder === null ? new Map<string, string>() : await filesIn(join(folder, language), onFault);
      if (files.size === 0) return [{ type: 'read', text }];
      return merged(await Promise.all(matched(text, files).map((match) => partOf(match, onFault))));
    },
  };
}

/** One channel of 16-bit PCM at any usual rate. @throws WaveFault @throws Error when the file is gone. */
export async function readRecording(file: string): Promise<Float32Array> {
  return (await resample(readWave(await readFile(file)), PHONE_RATE)).samples;
}

async function filesIn(folder: string, onFault: (error: unknown) => void): Promise<ReadonlyMap<string, string>> {
  try {
    const names = (await readdir(folder)).filter((name) => name.toLowerCase().endsWith('.wav')).sort();
    return new Map(names.map((name) => [keyOf(name.slice(0, -'.wav'.length)), join(folder, name)] as const));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) onFault(error);
    return new Map();
  }
}

/** What is left of a text when only what is spoken counts. */
function keyOf(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

type Match = { readonly text: string; readonly file: string | null };

/** Whole numbers, and words between punctuation: nothing is cut inside either to make a recording fit. */
const PIECES = /\d+|[^\p{P}\p{S}\d]+|[\p{P}\p{S}]+/gu;

function matched(text: string, files: ReadonlyMap<string, string>): readonly Match[] {
  const longest = Math.max(...[...files.keys()].map(({ length }) => length));
  const pieces = text.match(PIECES) ?? [];
  const matches: Match[] = [];
  for (let at = 0; at < pieces.length; ) {
    let [until, file, key] = [at + 1, null as string | null, ''];
    for (let end = at; end < pieces.length && key.length <= longest; end += 1) {
      key += keyOf(pieces[end] ?? '');
      const found = files.get(key);
      if (found !== undefined && keyOf(pieces[end] ?? '') !== '') [until, file] = [end + 1, found];
    }
    matches.push({ text: pieces.slice(at, until).join(''), file });
    at = until;
  }
  return matches;
}

async function partOf({ text, file }: Match, onFault: (error: unknown) => void): Promise<Part> {
  if (file === null) return { type: 'read', text };
  try {
    const { size, mtimeMs } = await stat(file);
    return { type: 'recorded', file, version: `${size}.${mtimeMs}` };
  } catch (error) {
    onFault(error);
    return { type: 'read', text };
  }
}

/** What is read stays together, so that it is read as one sentence; punctuation between recordings is a breath. */
function merged(parts: readonly Part[]): readonly Part[] {
  const result: Part[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (part.type === 'read' && last?.type === 'read')
      result[result.length - 1] = { ...part, text: last.text + part.text };
    else result.push(part);
  }
  return result.flatMap((part): Part[] => {
    if (part.type !== 'read' || keyOf(part.text) !== '') return [part];
    return part.text.trim() === '' ? [] : [{ type: 'pause' }];
  });
}
