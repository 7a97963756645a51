/** Topic names and filters after OASIS MQTT 3.1.1, section 4.7. */
const longestTopicBytes = 65_535;

/** 4.7.1: `+` one level, `#` the rest and the level above it; 4.7.2: neither at the start takes topics that begin with `$`. */
export function matchesFilter(filter: string, topic: string): boolean {
  if (filter === topic) return true;
  if (topic.startsWith('$') && (filter.startsWith('+') || filter.startsWith('#'))) return false;
  const wanted = filter.split('/');
  const levels = topic.split('/');
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true;
    if (index >= levels.length) return false;
    if (level !== '+' && level !== levels[index]) return false;
  }
  return wanted.length === levels.length;
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
