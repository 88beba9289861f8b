// Markdown as our own model cards are written: headings, paragraphs, lists, tables, bold and code. Nothing in it becomes a link or markup.
import { Table, Text, Title } from '@mantine/core';
import { Fragment, type ReactElement, type ReactNode } from 'react';

type Block =
  | { readonly kind: 'heading'; readonly depth: number; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };

/** A block with the line it begins at, which names it. */
type PlacedBlock = Block & { readonly line: number };

export function parseMarkdown(source: string): readonly PlacedBlock[] {
  const lines = source.split(/\r?\n/);
  const blocks: PlacedBlock[] = [];
  let at = 0;
  const takeWhile = (belongs: (line: string) => boolean): string[] => {
    const taken: string[] = [];
    while (at < lines.length && belongs(lines[at] ?? '')) taken.push(lines[at++] ?? '');
    return taken;
  };
  while (at < lines.length) {
    const line = at;
    const text = lines[at] ?? '';
    const heading = /^(#{1,6})\s+(.*)$/.exec(text);
    if (heading !== null) {
      at++;
      blocks.push({ kind: 'heading', depth: heading[1]?.length ?? 1, text: heading[2] ?? '', line });
    } else if (text.trim() === '') {
      at++;
    } else if (text.startsWith('|')) {
      const [head = '', , ...rows] = takeWhile((each) => each.startsWith('|'));
      blocks.push({ kind: 'table', head: cells(head), rows: rows.map(cells), line });
    } else if (isItem(text)) {
      const taken = takeWhile((each) => isItem(each) || /^\s+\S/.test(each));
      blocks.push({ kind: 'list', items: joinedItems(taken), line });
    } else {
      const taken = takeWhile((each) => each.trim() !== '' && !each.startsWith('|') && !each.startsWith('#') && !isItem(each));
      blocks.push({ kind: 'paragraph', text: taken.join(' '), line });
    }
  }
  return blocks;
}

const isItem = (line: string): boolean => /^[-*] /.test(line);

function joinedItems(lines: readonly string[]): string[] {
  const items: string[] = [];
  for (const line of lines) {
    if (isItem(line)) items.push(line.slice(2));
    else items.push(`${items.pop() ?? ''} ${line.trim()}`);
  }
  return items;
}

function cells(row: string): string[] {
  return row
    .replace(/^\||\|\s*$/g, '')
    .split('|')
    .map((cell) => cell.trim());
}

/** `firstOrder`: the heading level of `#` on the page around it. */
export function Markdown({ source, firstOrder = 3 }: { readonly source: string; readonly firstOrder?: number }): ReactElement {
  return (
    <>
      {parseMarkdown(source).map((block) => (
        <BlockView key={block.line} block={block} firstOrder={firstOrder} />
      ))}
    </>
  );
}

function BlockView({ block, firstOrder }: { readonly block: Block; readonly firstOrder: number }): ReactElement {
  switch (block.kind) {
    case 'heading':
      return (
        <Title
          order={Math.min(6, block.depth + firstOrder - 1) as 3 | 4 | 5 | 6}
          size={block.depth <= 2 ? 'h4' : 'h5'}
          mt="md"
          mb={4}
        >
          {inline(block.text)}
        </Title>
      );
    case 'paragraph':
      return <Text mb="xs">{inline(block.text)}</Text>;
    case 'list':
      return (
        <ul>
          {block.items.map((item) => (
            <li key={item}>{inline(item)}</li>
          ))}
        </ul>
      );
    case 'table':
      return (
        <Table.ScrollContainer minWidth={480} mb="xs">
          <Table verticalSpacing={4} fz="sm">
            <Table.Thead>
              <Table.Tr>
                {block.head.map((cell, column) => (
                  <Table.Th key={`${cell}${String(column)}`} aria-label={cell === '' ? 'Row' : undefined}>
                    {inline(cell)}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {block.rows.map((row) => (
                <Table.Tr key={row.join('|')}>
                  {row.map((cell, column) => (
                    <Table.Td key={`${block.head[column] ?? ''}${String(column)}`}>{inline(cell)}</Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      );
  }
}

/** `**bold**` and `` `code` ``; everything else is text. */
function inline(text: string): ReactNode {
  return text.split(/(\*\*[^*]+\*\*|`[^`]+`)/).map((part, index) => {
    const key = `${String(index)}${part}`;
    if (part.startsWith('**') && part.endsWith('**') && part.length > 4) return <strong key={key}>{part.slice(2, -2)}</strong>;
    if (part.startsWith('`') && part.endsWith('`') && part.length > 2) return <code key={key}>{part.slice(1, -1)}</code>;
    return <Fragment key={key}>{part}</Fragment>;
  });
}
