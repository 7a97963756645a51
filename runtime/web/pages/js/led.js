// @ts-check
/** A LED board as one sees it: round lamps behind dark glass, drawn from the machine's own pixels. */

/** Glow, lamp and core of each colour; the index is the byte a pixel has in a board's look. */
const lampColours = [
  undefined,
  { glow: '255,42,22', lamp: '#ff3b24', core: '#ffc2b4' },
  { glow: '36,255,88', lamp: '#35f06a', core: '#d2ffdd' },
  { glow: '255,158,24', lamp: '#ffae2b', core: '#ffeac2' },
  { glow: '232,240,255', lamp: '#eef3ff', core: '#ffffff' },
];
const glass = '#0c0d0e';
const darkLamp = '#1b1c1d';
/** Device pixels a lamp has at least on the canvas. */
const finestPitch = 4;

/** @type {Map<string, HTMLCanvasElement>} */
const sprites = new Map();

/** @param {number} pitch @param {number} colour */
function sprite(pitch, colour) {
  const key = `${pitch}/${colour}`;
  let found = sprites.get(key);
  if (found !== undefined) return found;
  found = document.createElement('canvas');
  const size = pitch * 3;
  found.width = size;
  found.height = size;
  const lamp = lampColours[colour] ?? lampColours[1];
  const context = found.getContext('2d');
  if (lamp !== undefined && context !== null) {
    const middle = size / 2;
    const glow = context.createRadialGradient(middle, middle, pitch * 0.3, middle, middle, pitch * 1.5);
    glow.addColorStop(0, `rgba(${lamp.glow},0.34)`);
    glow.addColorStop(0.45, `rgba(${lamp.glow},0.07)`);
    glow.addColorStop(1, `rgba(${lamp.glow},0)`);
    context.fillStyle = glow;
    context.fillRect(0, 0, size, size);
    const body = context.createRadialGradient(middle, middle, 0, middle, middle, pitch * 0.46);
    body.addColorStop(0, lamp.core);
    body.addColorStop(0.55, lamp.lamp);
    body.addColorStop(1, lamp.lamp);
    context.fillStyle = body;
    context.beginPath();
    context.arc(middle, middle, pitch * 0.46, 0, Math.PI * 2);
    context.fill();
  }
  sprites.set(key, found);
  return found;
}

/** @type {Map<string, HTMLCanvasElement>} */
const darkPanels = new Map();
/** Boards of a hall have few sizes; a window being resized has many. */
const darkPanelsKept = 12;

/** The board without a lamp lit, drawn once for all boards of one size. @param {number} width @param {number} height @param {number} pitch */
function darkPanel(width, height, pitch) {
  const key = `${width}x${height}@${pitch}`;
  const found = darkPanels.get(key);
  if (found !== undefined) return found;
  if (darkPanels.size >= darkPanelsKept) darkPanels.clear();
  const canvas = document.createElement('canvas');
  darkPanels.set(key, canvas);
  canvas.width = width * pitch;
  canvas.height = height * pitch;
  const context = canvas.getContext('2d');
  if (context === null) return canvas;
  context.fillStyle = glass;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = darkLamp;
  context.beginPath();
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      context.moveTo((x + 0.9) * pitch, (y + 0.5) * pitch);
      context.arc((x + 0.5) * pitch, (y + 0.5) * pitch, pitch * 0.4, 0, Math.PI * 2);
    }
  }
  context.fill();
  return canvas;
}

/** @param {string} text base64 */
function bytesOf(text) {
  const plain = atob(text);
  const bytes = new Uint8Array(plain.length);
  for (let index = 0; index < plain.length; index += 1) bytes[index] = plain.charCodeAt(index);
  return bytes;
}

export class LedPanel {
  /**
   * @param {number} [maxPitchCss] no lamp is drawn larger, so that a small board stays a small board
   * @param {number} [maxHeightCss]
   */
  constructor(maxPitchCss = 8, maxHeightCss = 140) {
    this.maxHeightCss = maxHeightCss;
    this.canvas = document.createElement('canvas');
    this.canvas.className = 'led';
    this.canvas.setAttribute('role', 'img');
    this.maxPitchCss = maxPitchCss;
    /** @type {any} */
    this.look = undefined;
    /** @type {HTMLCanvasElement | undefined} */
    this.dark = undefined;
    this.drawn = '';
  }

  /** Follows the width of the box it is put into. @param {HTMLElement} box */
  into(box) {
    box.append(this.canvas);
    new ResizeObserver(() => this.#draw()).observe(box);
    return this;
  }

  /** @param {{width: number, height: number, lit: string, [more: string]: unknown} | undefined} look */
  show(look) {
    this.look = look;
    this.#draw();
  }

  #draw() {
    const look = this.look;
    const box = this.canvas.parentElement;
    if (look === undefined || box === null || !(look.width > 0) || typeof look.lit !== 'string') return;
    const style = getComputedStyle(box);
    const room = box.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
    const ratio = Math.max(1, window.devicePixelRatio);
    // Drawn at whole device pixels, at least so fine that lamps are round, and fitted to the box by the browser.
    const shownCss = Math.min(room / look.width, this.maxHeightCss / look.height, this.maxPitchCss);
    const pitch = Math.max(finestPitch, Math.ceil(shownCss * ratio));
    this.canvas.style.width = `${shownCss * look.width}px`;
    this.canvas.style.height = `${shownCss * look.height}px`;
    const wanted = `${look.width}x${look.height}@${pitch}:${look.lit}`;
    if (wanted === this.drawn) return;
    this.drawn = wanted;
    if (this.dark?.width !== look.width * pitch || this.dark.height !== look.height * pitch) {
      this.dark = darkPanel(look.width, look.height, pitch);
      this.canvas.width = this.dark.width;
      this.canvas.height = this.dark.height;
    }
    const context = this.canvas.getContext('2d');
    if (context === null) return;
    context.globalCompositeOperation = 'source-over';
    context.drawImage(this.dark, 0, 0);
    context.globalCompositeOperation = 'lighter';
    const pixels = bytesOf(look.lit);
    for (let index = 0; index < pixels.length; index += 1) {
      const colour = pixels[index] ?? 0;
      if (colour === 0) continue;
      const [x, y] = [index % look.width, Math.floor(index / look.width)];
      context.drawImage(sprite(pitch, colour), (x - 1) * pitch, (y - 1) * pitch);
    }
  }
}
