import { z } from 'zod';
import { isPhone } from '../organisation/organisation.ts';
import { REFUSAL_CODES } from './errors.ts';

/** Made by the client, so that a repeated request is recognised: a ULID or UUID. */
export const idSchema = z.string().regex(/^[0-9A-Za-z_-]{1,64}$/);

/** Whole milliseconds since 1970, not before 2000 and not beyond 2100: a typed year of another age is a slip. */
export const instantSchema = z.int().min(946_684_800_000).max(4_102_444_800_000);

export const lonSchema = z.number().min(-180).max(180);
export const latSchema = z.number().min(-90).max(90);

/** One line of text as people type it: trimmed, without control characters. */
export function lineSchema(max: number) {
  return z
    .string()
    .trim()
    .max(max)
    .regex(/^[^\p{Cc}]*$/u);
}

export function filledLineSchema(max: number) {
  return lineSchema(max).min(1);
}

export const phoneSchema = z.string().refine(isPhone);

export const refusalSchema = z.looseObject({ code: z.enum(REFUSAL_CODES) });
