/** What people read in a hall's file: both languages, or one of them by name. */
import { z } from 'zod';

/** Stricter than on the wire: a third language would be dropped silently. */
export const zLocalText = z.strictObject({ zh: z.string().min(1).max(500), en: z.string().min(1).max(500) });

export const zLanguage = z.enum(['zh', 'en']).default('zh');
