// Fields that every subject of the contract shares.
import { z } from 'zod';

/** UTC milliseconds. */
export const timeMs = z.number().int();
/** Number of a row: a patient's, an observation's. */
export const id = z.number().int().positive();
