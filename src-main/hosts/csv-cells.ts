// Reads RFC 4180: rows of cells from text that comes in pieces, quotes and line ends within cells included.

/** Yields each row when its line has ended. A byte order mark at the very start is left out. */
export async function* csvRows(text: AsyncIterable<string>): AsyncGenerator<readonly string[]> {
  let [cell, row, isQuoted, wasQuote, isFirst] = ['', [] as string[], false, false, true];
  for await (const piece of text) {
    for (const character of isFirst ? piece.replace(/^\ufeff/, '') : piece) {
      if (isQuoted) {
        // A quote ends the cell, unless another follows it.
        if (wasQuote && character === '"') {
          cell += '"';
          wasQuote = false;
          continue;
        }
        if (!wasQuote) {
          if (character === '"') wasQuote = true;
          else cell += character;
          continue;
        }
        isQuoted = false;
        wasQuote = false;
      }
      if (character === '"' && cell === '') isQuoted = true;
      else if (character === ',') {
        row.push(cell);
        cell = '';
      } else if (character === '\n') {
        row.push(cell.endsWith('\r') ? cell.slice(0, -1) : cell);
        yield row;
        [cell, row] = ['', []];
      } else cell += character;
    }
    isFirst = false;
  }
  if (cell !== '' || row.length > 0) yield [...row, cell];
}
