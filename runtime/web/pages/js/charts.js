// @ts-check
/** Small pictures in plain SVG: bars by hour with a line of waits, and shares of a whole. Colours come from the style sheet. */

const space = 'http://www.w3.org/2000/svg';

/** @param {string} tag @param {Record<string, string | number>} props @param {...(Node | string)} children */
function svg(tag, props, ...children) {
  const element = document.createElementNS(space, tag);
  for (const [name, value] of Object.entries(props)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** @param {string} text */
const title = (text) => svg('title', {}, text);

const height = 240;
const left = 44;
const right = 44;
const top = 30;
const bottom = 30;

/** The next round number at or above. @param {number} value */
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value) ?? value;
}

/**
 * Bars on the left scale, a line on the right one, over the same places.
 * @param {{label: string, width: number, places: {name: string, bar: number, line: number | null, tip: string}[], barUnit: string, lineUnit: string}} chart
 */
export function barsAndLine({ label, width, places, barUnit, lineUnit }) {
  const barTop = roundUp(Math.max(1, ...places.map((place) => place.bar)));
  const lineTop = roundUp(Math.max(1, ...places.map((place) => place.line ?? 0)));
  const step = (width - left - right) / Math.max(1, places.length);
  const y = (/** @type {number} */ share) => height - bottom - share * (height - top - bottom);
  const x = (/** @type {number} */ index) => left + step * (index + 0.5);
  const picture = svg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label, class: 'chart' });
  for (const share of [0, 0.5, 1]) {
    picture.append(
      svg('line', { class: 'grid', x1: left, x2: width - right, y1: y(share), y2: y(share) }),
      svg('text', { class: 'axis', x: left - 6, y: y(share) + 4, 'text-anchor': 'end' }, String(barTop * share)),
      svg('text', { class: 'axis', x: width - right + 6, y: y(share) + 4 }, String(lineTop * share)),
    );
  }
  picture.append(
    svg('text', { class: 'axis unit', x: left - 6, y: 14, 'text-anchor': 'end' }, barUnit),
    svg('text', { class: 'axis unit', x: width - right + 6, y: 14 }, lineUnit),
  );
  const barWidth = Math.min(44, step * 0.6);
  for (const [index, place] of places.entries()) {
    const at = y(place.bar / barTop);
    picture.append(
      svg(
        'rect',
        { class: 'bar', x: x(index) - barWidth / 2, y: at, width: barWidth, height: height - bottom - at, rx: 3 },
        title(place.tip),
      ),
      svg('text', { class: 'axis', x: x(index), y: height - 10, 'text-anchor': 'middle' }, place.name),
    );
  }
  const points = places.flatMap((place, index) => (place.line === null ? [] : [[x(index), y(place.line / lineTop)]]));
  picture.append(svg('polyline', { class: 'line', points: points.map((point) => point.join(',')).join(' ') }));
  for (const [cx = 0, cy = 0] of points) picture.append(svg('circle', { class: 'point', cx, cy, r: 3.5 }));
  return picture;
}

/** One bar of shares, worst to best. @param {readonly number[]} levels @param {string} label */
export function levelBar(levels, label) {
  const total = levels.reduce((sum, count) => sum + count, 0);
  const picture = svg('svg', {
    viewBox: '0 0 100 8',
    preserveAspectRatio: 'none',
    role: 'img',
    'aria-label': label,
    class: 'level-bar',
  });
  let from = 0;
  for (const [index, count] of levels.entries()) {
    const share = total === 0 ? 0 : (count / total) * 100;
    if (share > 0)
      picture.append(
        svg(
          'rect',
          { class: `level-${index + 1}`, x: from, y: 0, width: share, height: 8 },
          title(`${index + 1}: ${count}`),
        ),
      );
    from += share;
  }
  return picture;
}

/** A mean as a bar and the nine in ten as a mark, on a common scale. @param {number | null} mean @param {number | null} p90 @param {number} most @param {string} label */
export function waitBar(mean, p90, most, label) {
  const picture = svg('svg', {
    viewBox: '0 0 100 8',
    preserveAspectRatio: 'none',
    role: 'img',
    'aria-label': label,
    class: 'wait-bar',
  });
  const share = (/** @type {number | null} */ ms) => Math.min(100, ((ms ?? 0) / Math.max(1, most)) * 100);
  picture.append(svg('rect', { class: 'track', x: 0, y: 0, width: 100, height: 8 }));
  picture.append(svg('rect', { class: 'bar', x: 0, y: 0, width: share(mean), height: 8 }, title(label)));
  if (p90 !== null)
    picture.append(svg('rect', { class: 'mark', x: Math.max(0, share(p90) - 0.6), y: 0, width: 1.2, height: 8 }));
  return picture;
}
