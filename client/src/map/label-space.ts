/**
 * Which parts of a picture are already taken by labels and symbols, on a coarse grid: whoever asks first gets the
 * place, and a label that would cover another one is left out.
 */
export interface LabelSpace {
  /** Takes the rectangle if it is free as a whole. @returns whether it was. */
  take(left: number, top: number, width: number, height: number): boolean;
  /** Takes what lies inside the picture of a rectangle, free or not. */
  block(box: LabelBox): void;
}

/** In CSS pixels of the canvas. */
export interface LabelBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** CSS pixels per cell: a third of a line of text, so that labels may stand close without touching. */
const CELL = 6;

export function createLabelSpace(width: number, height: number): LabelSpace {
  const columns = Math.max(1, Math.ceil(width / CELL));
  const rows = Math.max(1, Math.ceil(height / CELL));
  const taken = new Uint8Array(columns * rows);
  const mark = (fromRow: number, toRow: number, fromColumn: number, toColumn: number): void => {
    for (let row = fromRow; row <= toRow; row += 1) {
      taken.fill(1, row * columns + fromColumn, row * columns + toColumn + 1);
    }
  };
  return {
    block: ({ left, top, width: boxWidth, height: boxHeight }) => {
      const fromColumn = Math.max(0, Math.floor(left / CELL));
      const toColumn = Math.min(columns - 1, Math.floor((left + boxWidth) / CELL));
      const fromRow = Math.max(0, Math.floor(top / CELL));
      const toRow = Math.min(rows - 1, Math.floor((top + boxHeight) / CELL));
      if (fromColumn <= toColumn) mark(fromRow, toRow, fromColumn, toColumn);
    },
    take: (left, top, boxWidth, boxHeight) => {
      const [fromColumn, toColumn] = [Math.floor(left / CELL), Math.floor((left + boxWidth) / CELL)];
      const [fromRow, toRow] = [Math.floor(top / CELL), Math.floor((top + boxHeight) / CELL)];
      if (fromColumn < 0 || fromRow < 0 || toColumn >= columns || toRow >= rows) return false;
      for (let row = fromRow; row <= toRow; row += 1) {
        for (let column = fromColumn; column <= toColumn; column += 1) {
          if (taken[row * columns + column] === 1) return false;
        }
      }
      mark(fromRow, toRow, fromColumn, toColumn);
      return true;
    },
  };
}
