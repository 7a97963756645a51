// @ts-check
/** Words by their code in the page's language. The table comes from config/locales; the language from the address, the last choice or the browser. */
import { words as table } from '/locales.js';

/** @typedef {{zh: string, en: string}} LocalText */
/** @typedef {keyof typeof table} Code */
/** @typedef {Readonly<Record<string, string | number>>} Params */

const languageKey = 'halld-language';

/** @returns {'zh' | 'en'} */
function chosenLanguage() {
  const asked = new URLSearchParams(location.search).get('lang');
  if (asked === 'zh' || asked === 'en') {
    localStorage.setItem(languageKey, asked);
    return asked;
  }
  const kept = localStorage.getItem(languageKey);
  if (kept === 'zh' || kept === 'en') return kept;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

export const language = chosenLanguage();
/** Each under its own name, as a reader of it looks for it. @type {{code: 'zh' | 'en', name: string}[]} */
export const languages = [
  { code: 'zh', name: table['language.name'].zh },
  { code: 'en', name: table['language.name'].en },
];
/** For dates and times of day. */
export const locale = language === 'zh' ? 'zh-CN' : 'en-GB';

/** The page again in the other language; the choice is kept in this browser. @param {'zh' | 'en'} chosen */
export function chooseLanguage(chosen) {
  localStorage.setItem(languageKey, chosen);
  const url = new URL(location.href);
  url.searchParams.delete('lang');
  if (url.href === location.href) location.reload();
  else location.replace(url);
}

/** `{name}` in a text filled in; spaces left by an empty value go. @param {string} text @param {Params} params */
function fill(text, params) {
  return text.replace(/\{(\w+)\}/g, (_whole, name) => String(params[name] ?? '')).trim();
}

/** The words of a code. @param {Code} code @param {Params} [params] */
export function t(code, params = {}) {
  return fill(table[code][language], params);
}

/** What the hall's own config names, in the page's language. @param {LocalText | undefined} text */
export function local(text) {
  if (text === undefined) return '';
  return text[language] === '' ? text.zh : text[language];
}

/** A word by its topic and its name in messages: `named('stage', 'waiting')`; without an entry the name itself. @param {string} topic @param {string} name */
export function named(topic, name) {
  const digit = /^digit-(\d)$/.exec(name)?.[1];
  if (digit !== undefined) return digit;
  const code = `${topic}.${name}`;
  return isCode(code) ? t(code) : name;
}

/** @param {string} code @returns {code is Code} */
export function isCode(code) {
  return Object.hasOwn(table, code);
}

/** Fills what stands in the page's own HTML: `data-text` is the text, `data-label` the accessible name. @param {ParentNode} root */
export function fillTexts(root) {
  document.documentElement.lang = locale;
  for (const element of root.querySelectorAll('[data-text]')) {
    const code = element.getAttribute('data-text') ?? '';
    if (isCode(code)) element.textContent = t(code);
  }
  for (const element of root.querySelectorAll('[data-label]')) {
    const code = element.getAttribute('data-label') ?? '';
    if (isCode(code)) element.setAttribute('aria-label', t(code));
  }
}
