/** A day as a picture: panels one below the other over the same hours, one line a layout. Plain SVG, the same for the same numbers. */
export interface Line {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface Panel {
  readonly label: string;
  /** In the order of the picture's names; a name without points has no line here. */
  readonly lines: readonly Line[];
}

export interface Picture {
  readonly title: string;
  readonly xLabel: string;
  /** How an x is written below its tick. */
  readonly xText: (x: number) => string;
  readonly xTicks: readonly number[];
  readonly panels: readonly Panel[];
}

const width = 900;
const left = 60;
const right = 28;
const head = 44;
const panelHeight = 210;
const panelGap = 40;
const axisHeight = 52;
const keyHeight = 22;
const keyColumns = 2;
/** Distinguishable without colour sight (Okabe and Ito, 2008). */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#000000', '#e69f00'];
const dashes = ['', '', '', '7 3', '7 3', '7 3'];

export function drawPicture({ title, panels, xTicks, xText, xLabel }: Picture): string {
  const names = [...new Set(panels.flatMap((panel) => panel.lines.map((line) => line.name)))];
  const points = panels.flatMap((panel) => panel.lines.flatMap((line) => line.points));
  const xs = [...points.map((point) => point.x), ...xTicks];
  const [lowX, highX] = [smallest(xs), largest(xs)];
  const x = (value: number) => left + ((value - lowX) / Math.max(1e-9, highX - lowX)) * (width - left - right);
  const below = head + panels.length * (panelHeight + panelGap) - panelGap;
  const height = below + axisHeight + Math.ceil(names.length / keyColumns) * keyHeight + 8;
  const parts: string[] = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="Noto Sans, Noto Sans CJK SC, sans-serif" font-size="13">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(left, 24, title, 'start', 16, '#111'),
  ];
  for (const [at, panel] of panels.entries()) {
    const top = head + at * (panelHeight + panelGap) + 14;
    const bottom = top + panelHeight - 14;
    const highY = niceTop(largest([1e-9, ...panel.lines.flatMap((line) => line.points.map((point) => point.y))]));
    const y = (value: number) => bottom - (value / highY) * (bottom - top);
    parts.push(text(left, top - 6, panel.label, 'start', 13, '#444'));
    for (let step = 0; step <= 4; step += 1) {
      const value = (highY * step) / 4;
      const grey = step === 0 ? '#888' : '#e3e3e3';
      parts.push(rule(left, y(value), width - right, y(value), grey), text(left - 8, y(value) + 4, tidy(value), 'end'));
    }
    for (const tick of xTicks) parts.push(rule(x(tick), top, x(tick), bottom, '#f0f0f0'));
    for (const line of panel.lines) {
      const path = line.points.map(
        (point, each) => `${each === 0 ? 'M' : 'L'}${x(point.x).toFixed(1)} ${y(point.y).toFixed(1)}`,
      );
      if (path.length > 0)
        parts.push(`<path d="${path.join('')}" fill="none" ${stroke(names.indexOf(line.name))} stroke-width="2"/>`);
    }
  }
  for (const tick of xTicks) parts.push(text(x(tick), below + 18, xText(tick), 'middle'));
  parts.push(text((left + width - right) / 2, below + 38, xLabel, 'middle', 13, '#444'));
  for (const [at, name] of names.entries()) {
    const keyX = left + (at % keyColumns) * ((width - left - right) / keyColumns);
    const keyY = below + axisHeight + 14 + Math.floor(at / keyColumns) * keyHeight;
    parts.push(
      `<path d="M${keyX.toFixed(1)} ${keyY - 4}h28" fill="none" ${stroke(at)} stroke-width="3"/>`,
      text(keyX + 36, keyY, name, 'start'),
    );
  }
  parts.push('</svg>');
  return `${parts.join('\n')}\n`;
}

function stroke(index: number): string {
  const dash = dashes[index % dashes.length];
  const colour = `stroke="${colours[index % colours.length] ?? '#000'}"`;
  return dash === '' ? colour : `${colour} stroke-dasharray="${dash}"`;
}

function smallest(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
}

function text(
  x: number,
  y: number,
  words: string,
  anchor: 'start' | 'middle' | 'end',
  size = 13,
  colour = '#222',
): string {
  const safe = words.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" font-size="${size}" fill="${colour}">${safe}</text>`;
}

function rule(x1: number, y1: number, x2: number, y2: number, colour: string): string {
  return `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="${colour}"/>`;
}

/** A number whose quarters are round. */
function niceTop(value: number): number {
  const decade = 10 ** Math.floor(Math.log10(value));
  const tops = [1, 1.2, 1.6, 2, 2.4, 3.2, 4, 5, 6, 8, 10];
  return tops.map((each) => each * decade).find((each) => each >= value) ?? value;
}

function tidy(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 1 ? 2 : 1);
}
