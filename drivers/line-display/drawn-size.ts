/** In which size a display of characters or digits is drawn by whoever draws it: boards of pixels have their own. */

/** Unifont's Latin letters. */
export const characterCell = { width: 8, height: 16 } as const;
/** Segments two dots thick. */
export const digitCell = { width: 12, height: 20 } as const;

export function columnsDrawn(
  kind: 'characters' | 'digits',
  lines: number,
  columns: number,
): { readonly width: number; readonly height: number } {
  const cell = kind === 'characters' ? characterCell : digitCell;
  return { width: columns * cell.width, height: lines * cell.height };
}
