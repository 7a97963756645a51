/** Topic names and filters after OASIS MQTT 3.1.1, section 4.7. */
const longestTopicBytes = 65_535;

export function matchesFilter(filter: string, topic: string): boolean {
  return filter === topic || (hasWildcard(filter) && filterMatcher(filter)(topic));
}

export function hasWildcard(filter: string): boolean {
  return filter.includes('+') || filter.includes('#');
}

/** 4.7.1: `+` one level, `#` the rest and the level above it; 4.7.2: neither at the start takes topics that begin with `$`. */
export function filterMatcher(filter: string): (topic: string) => boolean {
  const levels = filter.split('/');
  const rest = levels.at(-1) === '#';
  const wanted = (rest ? levels.slice(0, -1) : levels).map((level) => (level === '+' ? '[^/]*' : escaped(level)));
  const all = rest && wanted.length === 0;
  const pattern = new RegExp(
    all ? '^' : `^${/^[+#]/.test(filter) ? '(?!\\$)' : ''}${wanted.join('/')}${rest ? '(?:/|$)' : '$'}`,
  );
  return all ? (topic) => !topic.startsWith('$') : (topic) => pattern.test(topic);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

export function isTopic(topic: string): boolean {
  return isName(topic) && !/[+#]/.test(topic);
}

/** 4.7.1.2: `#` only as the last level, wildcards only as whole levels. */
export function isFilter(filter: string): boolean {
  if (!isName(filter)) return false;
  const levels = filter.split('/');
  return levels.every((level, index) =>
    level === '#' ? index === levels.length - 1 : level === '+' || !/[+#]/.test(level),
  );
}

/** 4.7.3: at least one character, no U+0000, at most 65 535 bytes of UTF-8. */
function isName(text: string): boolean {
  return text.length > 0 && !text.includes('\u0000') && Buffer.byteLength(text) <= longestTopicBytes;
}
