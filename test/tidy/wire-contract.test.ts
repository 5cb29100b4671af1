import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { WIRE_CONTRACT } from '@faultline/shared/wire/contract.ts';
import { expect, it } from 'vitest';
import { z } from 'zod';

const WIRE = new URL('../../shared/src/wire/', import.meta.url);

/** Every schema of the wire as JSON Schema, by file and name. */
async function contractText(): Promise<{ readonly text: string; readonly count: number }> {
  const parts: string[] = [];
  for (const file of readdirSync(fileURLToPath(WIRE)).sort()) {
    if (file === 'contract.ts') continue;
    const module: Record<string, unknown> = await import(new URL(file, WIRE).href);
    for (const name of Object.keys(module).sort()) {
      const exported = module[name];
      if (!(exported instanceof z.ZodType)) continue;
      const schema = z.toJSONSchema(exported, { io: 'input', unrepresentable: 'any' });
      parts.push(`${file} ${name} ${JSON.stringify(schema)}`);
    }
  }
  return { text: parts.join('\n'), count: parts.length };
}

it('the wire contract is the one that its version was given for', async () => {
  const { text, count } = await contractText();
  expect(count).toBeGreaterThan(40);
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  // When this fails, clients out there may misread the change: raise the version, or, before a release, pin the new hash.
  expect({ version: WIRE_CONTRACT.version, hash }).toEqual(WIRE_CONTRACT);
});
