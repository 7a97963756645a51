/** The shape of a table of words: one code, Chinese and English beside each other. `{name}` stands for a value given with the code. */
import type { LocalText } from '../../devices/contract/terms.ts';

export type Words = Readonly<Record<string, LocalText>>;
