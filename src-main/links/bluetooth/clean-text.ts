// Text from the air made safe to show: no control, format or unassigned characters, no runs of spaces, a limited length.

/** @param longest in characters; longer text ends with an ellipsis. */
export function cleanText(text: string, longest: number): string {
  const plain = text
    .normalize('NFC')
    .replace(/[\s\p{C}\p{Zl}\p{Zp}\uFFFD]+/gu, ' ')
    .trim();
  const characters = Array.from(plain);
  return characters.length <= longest
    ? plain
    : `${characters
        .slice(0, longest - 1)
        .join('')
        .trimEnd()}…`;
}
