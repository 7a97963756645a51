/** A day as a picture: people waiting over the hours, one line a layout. Plain SVG. */
export interface Line {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface Picture {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** How an x is written below its tick. */
  readonly xText: (x: number) => string;
  readonly xTicks: readonly number[];
  readonly lines: readonly Line[];
}

const width = 860;
const height = 420;
const left = 64;
const right = 24;
const top = 48;
const bottom = 92;
/** Distinguishable without colour sight (Okabe and Ito, 2008). */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#000000', '#e69f00'];

export function drawPicture(picture: Picture): string {
  const points = picture.lines.flatMap((line) => line.points);
  const xs = [...points.map((point) => point.x), ...picture.xTicks];
  const lowX = Math.min(...xs);
  const highX = Math.max(...xs);
  const highY = niceTop(Math.max(1, ...points.map((point) => point.y)));
  const x = (value: number) => left + ((value - lowX) / Math.max(1e-9, highX - lowX)) * (width - left - right);
  const y = (value: number) => height - bottom - (value / highY) * (height - top - bottom);
  const parts: string[] = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(left, 26, picture.title, 'start', 16),
  ];
  for (let step = 0; step <= 4; step += 1) {
    const value = (highY * step) / 4;
    parts.push(rule(left, y(value), width - right, y(value), '#ddd'), text(left - 8, y(value) + 4, tidy(value), 'end'));
  }
  for (const tick of picture.xTicks) {
    parts.push(rule(x(tick), top, x(tick), height - bottom, '#eee'));
    parts.push(text(x(tick), height - bottom + 18, picture.xText(tick), 'middle'));
  }
  parts.push(text((left + width - right) / 2, height - bottom + 38, picture.xLabel, 'middle'));
  parts.push(text(left, top - 8, picture.yLabel, 'start', 12));
  for (const [index, line] of picture.lines.entries()) {
    const colour = colours[index % colours.length] ?? '#000';
    const path = line.points.map(
      (point, each) => `${each === 0 ? 'M' : 'L'}${x(point.x).toFixed(1)} ${y(point.y).toFixed(1)}`,
    );
    const dash = index === 0 ? '' : ` stroke-dasharray="${index * 4} ${1 + index}"`;
    parts.push(`<path d="${path.join('')}" fill="none" stroke="${colour}" stroke-width="2"${index < 2 ? '' : dash}/>`);
    const keyX = left + (index % 3) * 260;
    const keyY = height - 34 + Math.floor(index / 3) * 18;
    parts.push(rule(keyX, keyY - 4, keyX + 24, keyY - 4, colour, 3), text(keyX + 30, keyY, line.name, 'start'));
  }
  parts.push('</svg>');
  return `${parts.join('\n')}\n`;
}

function text(x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end', size = 13): string {
  const safe = words.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" font-size="${size}" fill="#222">${safe}</text>`;
}

function rule(x1: number, y1: number, x2: number, y2: number, colour: string, strokeWidth = 1): string {
  return `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="${colour}" stroke-width="${strokeWidth}"/>`;
}

/** 1, 2, 4 or 8 with zeros: quarters of it are round. */
function niceTop(value: number): number {
  const decade = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 8, 10].map((each) => each * decade).find((each) => each >= value) ?? value;
}

function tidy(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 1 ? 2 : 1);
}
