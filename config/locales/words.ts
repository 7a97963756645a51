/** The shape of a table of words: one code, Chinese and English beside each other. `{name}` stands for a value given with the code. */
import type { LocalText } from '../../devices/contract/terms.ts';

export type Words = Readonly<Record<string, LocalText>>;

/** A text with its `{name}`s filled in, in both languages; a value may itself be in both. */
export function phrase(text: LocalText, values: Readonly<Record<string, string | number | LocalText>>): LocalText {
  const inOne = (language: 'zh' | 'en') =>
    text[language].replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      if (value === undefined) return whole;
      return typeof value === 'object' ? value[language] : String(value);
    });
  return { zh: inOne('zh'), en: inOne('en') };
}
