// @ts-check
/** Spans of time in words: since when, how long to wait, how long is left. */
import { t } from './text.js';

/** `3 min` since an instant. @param {number} sinceMs @param {number} nowMs @returns {string} */
export function sinceText(sinceMs, nowMs) {
  const seconds = Math.max(0, Math.round((nowMs - sinceMs) / 1000));
  if (seconds < 90) return t('time.seconds', { count: seconds });
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return t('time.minutes', { count: minutes });
  const hours = Math.round(minutes / 60);
  if (hours < 48) return t('time.hours', { count: hours });
  return t('time.days', { count: Math.round(hours / 24) });
}

/** `已 3 分钟`, for a fault that lasts. @param {number} sinceMs @param {number} nowMs */
export const lastsText = (sinceMs, nowMs) => t('time.for', { span: sinceText(sinceMs, nowMs) });

/** @param {{low_ms: number, high_ms: number} | undefined} wait @returns {string} empty when nothing can be estimated */
export function waitText(wait) {
  if (wait === undefined) return '';
  const [low, high] = [Math.floor(wait.low_ms / 60_000), Math.max(1, Math.ceil(wait.high_ms / 60_000))];
  return t('time.wait', { range: low === high ? `${high}` : `${low}–${high}` });
}
