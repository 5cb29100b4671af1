import { z } from 'zod';
import { HOUR } from '../time.ts';
import { instantSchema } from './common.ts';

/** The longest piece of a track that is read at once. */
const MAX_TRACK_HOURS = 48;

export const trackQuerySchema = z
  .strictObject({ from: z.coerce.number().pipe(instantSchema), to: z.coerce.number().pipe(instantSchema) })
  .refine(({ from, to }) => from < to && to - from <= MAX_TRACK_HOURS * HOUR, {
    path: ['to'],
    message: `to is after from, at most ${MAX_TRACK_HOURS} hours`,
  });

/** Where each integer of a position stands in the flat run of a track. */
export const TRACK_STRIDE = 7;

/**
 * Where a vehicle was, oldest first: a flat run of seven integers per position,
 * `[fixedAt, lonE6, latE6, headingDeg or -1, speedKmhX10 or -1, accuracyM or -1, 1 when it moved the vehicle, else 0]`.
 */
export const trackAnswerSchema = z.strictObject({ vehicleId: z.string(), v: z.array(z.int()) });
