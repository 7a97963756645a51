// @ts-check
/** What the page asks of the server. A command keeps its id through every repeat, so it takes effect once. */
import { toast } from './dom.js';
import { refusalText } from './refusal.js';
import { t } from './text.js';

const tokenKey = 'halld-token';
const repeatAfterMs = [300, 1000, 2500];

export function token() {
  return sessionStorage.getItem(tokenKey);
}

/** @param {string | null} value */
export function setToken(value) {
  if (value === null) sessionStorage.removeItem(tokenKey);
  else sessionStorage.setItem(tokenKey, value);
}

/** @returns {Record<string, string>} */
export function authHeaders() {
  const value = token();
  return value === null ? {} : { authorization: `Bearer ${value}` };
}

/** @param {string} path */
export async function read(path) {
  const response = await fetch(`/api/v1${path}`, { headers: authHeaders() });
  return { status: response.status, body: await response.json() };
}

/** @param {string} path @param {unknown} body */
async function post(path, body) {
  const headers = { 'content-type': 'application/json', ...authHeaders() };
  const response = await fetch(`/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return response.json();
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `page-${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/**
 * A command to the hub; tells the person when it is refused.
 * @param {string} type @param {unknown} data @param {'desk' | 'office' | 'supervisor'} as @returns {Promise<any>}
 */
export async function command(type, data, as) {
  const body = { commandId: newId(), type, data, as };
  let answer = { ok: false, error: { code: 'no-answer', message: t('api.no-answer') } };
  for (const waitMs of [...repeatAfterMs, 0]) {
    answer = await post('/commands', body).catch(() => answer);
    if (answer.ok || (answer.error.code !== 'no-answer' && answer.error.code !== 'rate')) break;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
  if (!answer.ok) toast(refusalText(answer.error.code, answer.error.message), 'bad');
  return answer;
}

/** An act of hand on the bench; never repeated by itself. @param {string} path @param {unknown} body */
async function hand(path, body) {
  const away = { ok: false, error: { message: t('api.no-answer') } };
  const answer = await post(`/bench${path}`, body).catch(() => away);
  if (!answer.ok) toast(`${t('api.failed')}: ${answer.error.message}`, 'bad');
  return answer;
}

/** @param {string} machine @param {Record<string, unknown>} action */
export const act = (machine, action) => hand(`/machines/${machine}/act`, action);
/** @param {Record<string, unknown>} what */
export const power = (what) => hand('/power', what);
/** @param {boolean} running @param {number} speed */
export const auto = (running, speed) => hand('/auto', { running, speed });
